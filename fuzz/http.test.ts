import { ok } from 'node:assert/strict';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, it } from 'vitest';
import { loadConfig } from '../server/src/config/load-config.js';
import { createApp } from '../server/src/create-app.js';
import { newLogger } from '../server/src/ops/logging.js';
import { TEXT } from './engine/kinds.js';
import { holds } from './engine/proven.js';
import { seedsOf } from './seeds.js';

/** One connection, in memory: the server parses and answers as on any other. */
class Wire extends Duplex {
  readonly remoteAddress = '192.0.2.7';
  readonly remotePort = 4711;
  answer = '';

  override _read(): void {}

  override _write(part: Buffer, _encoding: string, done: () => void): void {
    this.answer += part.toString('latin1');
    done();
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}

let app: NestExpressApplication;
let server: Server;
let [dataDir, clientDir] = ['', ''];
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'fuzz-data-'));
  clientDir = mkdtempSync(join(tmpdir(), 'fuzz-pages-'));
  writeFileSync(join(clientDir, 'index.html'), '<title>o to o</title>');
  mkdirSync(join(clientDir, '.vite'));
  writeFileSync(join(clientDir, '.vite', 'manifest.json'), '{}');
  const config = await loadConfig({
    DATA_DIR: dataDir,
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    STUN_PORT: '0',
    LOG_LEVEL: 'silent',
    STUN_URLS: 'stun:stun.example:3478',
    RATE_LIMITS: 'off',
  });
  app = await createApp(config, newLogger(config.logLevel), { clientDir });
  await app.init();
  server = app.getHttpServer();
});
afterAll(async () => {
  await app.close();
  for (const folder of [dataDir, clientDir]) rmSync(folder, { recursive: true, force: true });
});

/** ms after which nothing more is said to a request that is not whole. Longer than an unknown call waits for its no. */
const PATIENT_MS = 300;

/** Says it all; what came back when the server had closed, as each of these requests asks it to. */
function asked(request: string): Promise<string> {
  return new Promise((resolve) => {
    const wire = new Wire({ allowHalfOpen: true });
    wire.on('error', () => undefined);
    const silent = setTimeout(() => wire.push(null), PATIENT_MS);
    const end = () => {
      clearTimeout(silent);
      wire.destroy();
      resolve(wire.answer);
    };
    wire.once('finish', end);
    wire.once('close', end);
    server.emit('connection', wire);
    wire.push(Buffer.from(request, 'utf8'));
  });
}

const request = (line: string, headers: readonly string[] = [], body = ''): string =>
  [`${line} HTTP/1.1`, 'Host: here.example', 'Connection: close', ...headers, '', body].join('\r\n');
const json = (line: string, body: string, type = 'application/json'): string =>
  request(line, [`Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`], body);
const SOCKET = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==',
];

const REQUESTS = seedsOf([
  request('POST /api/calls'),
  json('POST /api/calls', '{}'),
  json('POST /api/calls', '{"name":[1,{"a":null}]}', 'application/json; charset=utf-8'),
  json('POST /api/calls', '{"oh'),
  json('POST /api/calls', '{}', 'application/json; charset=latin1'),
  json('POST /api/calls', JSON.stringify('a'.repeat(9_000))),
  request(
    'POST /api/calls',
    ['Transfer-Encoding: chunked', 'Content-Type: application/json'],
    '2\r\n{}\r\n0\r\n\r\n',
  ),
  request(
    'POST /api/calls',
    ['Content-Type: application/json', 'Content-Encoding: gzip', 'Content-Length: 2'],
    '{}',
  ),
  request('GET /api/calls/q83vASNFZ4mrzQBkyAABAgMEBQYH'),
  request('GET /api/calls/AAAAASNFZ4mrzQBkyAABAgMEBQYH'),
  request('GET /api/calls/%E0%A4%A'),
  request('GET /api/calls/..%2f..%2fetc%2fpasswd?a[b][c]=1'),
  request('GET /api/config', ['X-Forwarded-For: 203.0.113.7', 'If-None-Match: "a"']),
  request('GET /healthz'),
  request('GET /'),
  request('HEAD /c/q83vASNFZ4mrzQBkyAABAgMEBQYH', ['Accept-Encoding: br, gzip', 'Range: bytes=0-3']),
  request('GET http://here.example/assets/x.js?y'),
  request('OPTIONS *'),
  request('DELETE /api/calls'),
  request('PUT /'),
  request('GET /api/signal', SOCKET),
  request('GET /api/signal', [...SOCKET, 'Origin: https://else.example']),
]);

const NOT_BY_REQUESTS = [
  ...['if (error instanceof URIError)', '? error.statusCode', ': 500', '? status'].map((code) => ({
    code,
    why: 'Nest makes exceptions of its own of what parsers throw: what comes here is a fault',
  })),
  { code: '{ response.destroy();', why: 'nothing fails after it began to answer' },
  { code: 'return unavailable', why: 'presence in memory is never away' },
  { code: 'this.#logger.error', why: 'only a fault is written down' },
];
const PAGES_BUILT = [{ code: ': notBuilt', why: 'the pages are built' }];
const NO_LIMITS = [{ code: ': tooManyRequests', why: 'limits are off, or all would end there' }];

const STATUS = /^HTTP\/1\.1 (\d{3}) /;

/** Without a database records wait, so many at most. They are no growth once they are all there. */
const MOST_RECORDS = 10_000;

/** Stands in the requests for a call there is. */
const ID = 'q83vASNFZ4mrzQBkyAABAgMEBQYH';
let callId = '';

beforeAll(async () => {
  callId = /"callId":"([^"]+)"/.exec(await asked(REQUESTS[0]))?.[1] ?? '';
  for (let made = 0; made < MOST_RECORDS; made += 500)
    await Promise.all(Array.from({ length: 500 }, () => asked(REQUESTS[0])));
});

it('No request crashes, stalls or fills the server: each has an answer that blames nobody but who asked', () =>
  holds({
    is: 'later',
    width: 1_000,
    name: 'HTTP requests',
    kind: TEXT,
    seeds: REQUESTS,
    decode: async (text) => {
      const answer = await asked(text.replaceAll(ID, callId));
      const [, status] = STATUS.exec(answer) ?? [];
      // Who says nothing, or breaks off in the middle, is answered nothing.
      if (status === undefined) return ok(answer === '', answer.slice(0, 80));
      ok(Number(status) < 500, answer.slice(0, 400));
      const isProblem = Number(status) >= 400 && answer.includes('application/problem+json');
      // To HEAD there is no more than the headers.
      if (isProblem)
        ok(answer.includes('"type":"urn:o-to-o:problem:') || answer.endsWith('\r\n\r\n'), answer);
    },
    watched: [
      { file: 'server/src/ops/http-limits.ts', notDecoding: ['limitHttp'] },
      { file: 'server/src/ops/problem.filter.ts', unreachable: NOT_BY_REQUESTS },
      { file: 'server/src/ops/allowed-methods.ts' },
      {
        file: 'server/src/pages/client-pages.ts',
        notDecoding: ['notBuilt', 'closesWith'],
        unreachable: PAGES_BUILT,
      },
      { file: 'server/src/calls/calls.controller.ts', unreachable: NO_LIMITS },
    ],
  }));
