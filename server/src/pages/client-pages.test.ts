import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolder, temporaryFolder } from '../../../e2e/support/child.js';
import { clientPages } from './client-pages.js';

const PAGE = '<!doctype html><title>o to o</title>';
const SCRIPT = 'export {};';

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** As it comes over the wire: nothing is decompressed, no path is tidied. */
function ask(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, headers, method, host: '127.0.0.1' }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(parts).toString(),
        });
      });
    });
    sent.on('error', reject).end();
  });
}

/** What this process holds open, where the system tells (Linux). */
const OPEN_FILES = '/proc/self/fd';

/** Asks for a page and is gone before it comes. */
const brokenOff = (port: number): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n', () => socket.resetAndDestroy());
    });
    socket.once('error', () => undefined).once('close', () => resolve());
  });

const ends: (() => void)[] = [];
afterAll(() => {
  for (const end of ends) end();
});

async function serve(folder: string): Promise<number> {
  const app = express();
  app.use(clientPages(folder));
  app.use((_request, response) => response.status(418).send('not a page'));
  const server = app.listen(0, '127.0.0.1');
  ends.push(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

/** As Vite writes it (build.manifest): each source, its built file, and what that imports. */
function writeManifest(folder: string): void {
  const manifest = {
    '_first.js': { file: 'assets/first-1.js', name: 'first' },
    'src/pages/CallPage.vue': { file: 'assets/call-1.js', imports: ['_base.js', '_first.js', '_opened.js'] },
    '_opened.js': { file: 'assets/opened-1.js', name: 'opened-call', imports: ['_first.js', '_media.js'] },
    'src/pages/HomePage.vue': { file: 'assets/home-1.js', imports: ['_base.js', '_first.js'] },
    'src/pages/NotFoundPage.vue': { file: 'assets/lost-1.js', imports: ['_base.js'] },
    '_base.js': { file: 'assets/base-1.js', imports: ['_first.js'] },
    '_media.js': { file: 'assets/media-1.js', imports: [] },
  };
  mkdirSync(join(folder, '.vite'), { recursive: true });
  writeFileSync(join(folder, '.vite', 'manifest.json'), JSON.stringify(manifest));
}

describe('the pages', () => {
  const folder = temporaryFolder('pages');
  let port = 0;
  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), PAGE);
    writeManifest(folder);
    writeFileSync(join(folder, 'index.html.br'), brotliCompressSync(PAGE));
    writeFileSync(join(folder, 'favicon.svg'), '<svg/>');
    writeFileSync(join(folder, 'assets', 'app-a1b2.js'), SCRIPT);
    writeFileSync(join(folder, 'assets', 'app-a1b2.js.br'), brotliCompressSync(SCRIPT));
    writeFileSync(join(folder, 'assets', 'app-a1b2.js.gz'), gzipSync(SCRIPT));
    port = await serve(folder);
  });
  afterAll(() => {
    removeFolder(folder);
  });

  it.each([
    '/',
    '/c/AAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '/r/somebody',
    '/settings',
    '/no/such/page',
    '/c/-_?from=mail',
  ])('%s is the one page, asked for anew each time', async (path) => {
    const { status, headers, body } = await ask(port, path);
    expect([status, body]).toEqual([200, PAGE]);
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers.etag).toBeDefined();
  });

  it('a page that has not changed is not sent again', async () => {
    const { headers } = await ask(port, '/');
    const again = await ask(port, '/', { 'if-none-match': String(headers.etag) });
    expect(again.status).toBe(304);
  });

  it.each([
    ['br', 'gzip, deflate, br, zstd'],
    ['gzip', 'gzip'],
    [undefined, 'identity'],
  ])(
    'files come as they were compressed at build time (%s) and are kept for ever',
    async (encoding, accepted) => {
      const { status, headers } = await ask(port, '/assets/app-a1b2.js', { 'accept-encoding': accepted });
      expect(status).toBe(200);
      expect(headers['content-encoding']).toBe(encoding);
      expect(headers['content-type']).toMatch(/^text\/javascript/);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(headers.vary).toBe('Accept-Encoding');
    },
  );

  it.runIf(existsSync(OPEN_FILES))(
    'who breaks off while a page is on its way leaves no file open',
    async () => {
      await ask(port, '/');
      const before = readdirSync(OPEN_FILES).length;
      for (let turn = 0; turn < 200; turn += 1) await brokenOff(port);
      await expect.poll(() => readdirSync(OPEN_FILES).length, { timeout: 20_000 }).toBeLessThan(before + 20);
    },
  );

  it.each(['bytes=3-1', 'bytes=-', 'bytes=1-4', 'bytes=99999-', 'nonsense'])(
    'who asks for a part (%s) gets the whole',
    async (range) => {
      const { status, body } = await ask(port, '/', { range });
      expect([status, body]).toEqual([200, PAGE]);
    },
  );

  it('other files are asked for anew each time', async () => {
    expect((await ask(port, '/favicon.svg')).headers['cache-control']).toBe('no-cache');
  });

  it.each(['/assets/app-old.js', '/no.png', '/c/index.php', '/../secret.txt', '/%2e%2e/secret.txt', '/.env'])(
    '%s is not there',
    async (path) => {
      const { status, body } = await ask(port, path);
      expect(status).toBe(404);
      expect(body).not.toContain('<');
    },
  );

  it.each(['/api/calls', '/api', '/healthz', '/readyz', '/metrics'])('%s is no page', async (path) => {
    expect((await ask(port, path)).status).toBe(418);
  });

  it.each(['/apiary', '/c/%E0%A4%A', '/healthz2'])('%s does no harm', async (path) => {
    expect((await ask(port, path)).status).toBe(200);
  });

  it.each([
    ['/', ['home-1', 'base-1']],
    ['/no/such/page', ['lost-1', 'base-1']],
  ])('%s names the scripts it needs, so that they are fetched at once', async (path, names) => {
    const { headers } = await ask(port, path);
    expect(String(headers['link']).split(', ')).toEqual(
      names.map((name) => `</assets/${name}.js>; rel=modulepreload; crossorigin`),
    );
    expect((await ask(port, '/favicon.svg')).headers['link']).toBeUndefined();
  });

  it('a call’s address names what the call itself needs, and nothing that could wait', async () => {
    const { headers } = await ask(port, '/c/AAAA');
    expect(String(headers['link']).split(', ')).toEqual([
      '</assets/opened-1.js>; rel=modulepreload; crossorigin',
      '</assets/media-1.js>; rel=modulepreload; crossorigin',
    ]);
  });

  it('is only read, never written', async () => {
    expect((await ask(port, '/', {}, 'POST')).status).toBe(418);
    const head = await ask(port, '/', {}, 'HEAD');
    expect([head.status, head.body]).toEqual([200, '']);
  });
});

it('pages that are not built say how to build them', async () => {
  const folder = join(temporaryFolder('unbuilt'), 'dist');
  const { status, body } = await ask(await serve(folder), '/');
  expect([status, body]).toEqual([503, 'The pages are not built yet. Run: npm run build\n']);
  removeFolder(folder);
});
