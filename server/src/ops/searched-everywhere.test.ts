import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { removeFolder, startChild, temporaryFolder, until, type Child } from '../../../e2e/support/child.js';
import { startRedis } from '../../../e2e/support/redis.js';
import { formsOf } from '../../../e2e/support/secrets/forms.js';
import { storeOf, StoreWatch, tablesOf } from '../../../e2e/support/secrets/remains.js';
import { ensureBuilt, root } from '../../../scripts/fresh-build.js';
import { Database } from '../persistence/database.js';
import { PrivateThings } from './testing/private-things.js';
import { startTalkative } from './testing/talkative-server.js';
import { MAY_STAND, WhatRemains, type Place } from './testing/what-remains.js';
import { WholeCall } from './testing/whole-call.js';

const ends: (() => unknown)[] = [];
beforeAll(() => ensureBuilt(() => undefined));
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function folder(name: string): string {
  const path = temporaryFolder(name);
  ends.push(() => {
    removeFolder(path);
  });
  return path;
}

/** A module that Node loads before the server. */
function preloaded(source: string): Record<string, string> {
  const path = join(folder('preloaded'), 'preloaded.mjs');
  writeFileSync(path, source);
  return { NODE_OPTIONS: `--import=file://${path}` };
}

/** A server that prints what it is asked, and notes what it is told where nobody looks. */
const CARELESS = `
import { appendFileSync } from 'node:fs';
import { Server } from 'node:http';
import { tmpdir } from 'node:os';
const emit = Server.prototype.emit;
Server.prototype.emit = function (event, request, ...rest) {
  if (event === 'request' || event === 'upgrade')
    console.log(JSON.stringify({ level: 'trace', url: request.url, headers: request.headers, from: request.socket.remoteAddress }));
  return emit.call(this, event, request, ...rest);
};
const parse = JSON.parse;
JSON.parse = (text, ...rest) => {
  appendFileSync(tmpdir() + '/cache.bin', Buffer.from(String(text)).toString('base64') + '\\n');
  return parse(text, ...rest);
};
`;

describe('the search for what was used in a call', () => {
  it('finds out a careless server', async () => {
    const things = new PrivateThings();
    const remains = new WhatRemains(things);
    const server = await startTalkative(preloaded(CARELESS));
    ends.push(() => server.remove());
    const call = new WholeCall(things, server);
    await call.begin();
    await call.talk(await call.enter('ann'), await call.enter('ben'));
    await server.stop();
    remains.add('log', server.log());
    remains.addFolder(server.temporary);
    for (const name of [
      'the id of the call',
      'the address of Ann',
      'the address of Ben',
      'device of Ann',
      'query',
      'cookie of Ben',
    ])
      expect(remains.seenIn('log')).toContain(name);
    for (const name of ['the holder of ann', 'a payload', 'the id of the call'])
      expect(remains.seenIn('files')).toContain(name);
    expect(remains.search()).not.toEqual([]);
  });

  it('finds each thing in each place in each form', () => {
    const things = new PrivateThings();
    const texts = {
      id: things.made('id', 'call id'),
      payload: things.made('payload', 'payload'),
      secret: things.made('secret', 'server secret'),
      address: things.note('private', 'address', '203.0.113.77'),
      name: things.note('private', 'name', 'Ännchen "die Füchsin" & Söhne'),
    };
    for (const place of Object.keys(MAY_STAND) as Place[])
      for (const { name } of things.allBut(...MAY_STAND[place]))
        for (const { as, bytes } of formsOf(texts[name as keyof typeof texts])) {
          const remains = new WhatRemains(things);
          const data = Buffer.concat([Buffer.from('{"msg":"'), bytes, Buffer.from('"}')]);
          remains.add(place, { where: 'a line', data });
          expect(remains.search().join(), `${name} ${as} in ${place}`).toContain(`${place}, a line: ${name}`);
        }
  });

  it('looks into every table of every schema', async () => {
    const things = new PrivateThings();
    const remains = new WhatRemains(things);
    const database = new Database({ is: 'embedded', dataDir: folder('tables') });
    await database.open();
    ends.push(() => database.onApplicationShutdown());
    const ask = (sql: string) => database.source.query<Record<string, unknown>[]>(sql);
    await ask('CREATE SCHEMA aside; CREATE TABLE aside."Notes" (note bytea, more jsonb)');
    const [note, more] = [things.made('note'), things.made('more')];
    await database.source.query('INSERT INTO aside."Notes" VALUES ($1, $2)', [
      Buffer.from(note),
      JSON.stringify({ more }),
    ]);
    remains.add('tables', ...(await tablesOf(ask)));
    expect(remains.seenIn('tables')).toEqual(new Set(['note', 'more']));
  });

  it('looks into every kind of value that Redis keeps, and at all that passes through', async () => {
    const things = new PrivateThings();
    const remains = new WhatRemains(things);
    const server = await startRedis();
    const redis = new Redis(server.url);
    ends.push(
      () => server.stop(),
      () => {
        redis.disconnect();
      },
    );
    const watch = await StoreWatch.begin(server.url);
    const made = (name: string) => things.made(name);
    await redis.set(made('key'), made('value'));
    await redis.hset('hash', made('field'), made('value of a field'));
    await redis.rpush('list', made('entry'));
    await redis.sadd('set', made('member'));
    await redis.zadd('sorted', 1, made('sorted member'));
    await redis.xadd('stream', '*', made('name in a stream'), made('value in a stream'));
    await redis.client('SETNAME', made('client'));
    const kept = things.allBut().map(({ name }) => name);
    await redis.publish(made('channel'), made('news'));
    remains.add('store', ...(await storeOf(redis)));
    watch.end();
    remains.add('on its way', ...watch.commands.map((args) => ({ where: 'command', data: args.join('\n') })));
    expect(remains.seenIn('store')).toEqual(new Set(kept));
    expect(remains.seenIn('on its way')).toEqual(new Set([...kept, 'channel', 'news']));
  });
});

describe('a fault that nobody foresaw', () => {
  /** A server that calls this on SIGUSR2; it needs no database to start. */
  async function faulty(act: string): Promise<Child> {
    const source = `process.once('SIGUSR2', () => { ${act} });`;
    const own = { PATH: process.env['PATH'], PORT: '0', STUN_PORT: '0', DATA_DIR: folder('fault') };
    const server = await startChild(process.execPath, ['server/dist/main.js'], {
      cwd: root,
      env: { ...own, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing', ...preloaded(source) },
      ready: /is ready/,
    });
    ends.push(() => server.end('SIGKILL'));
    server.signal('SIGUSR2');
    return server;
  }

  it.each([
    ['a throw', 'throw error;'],
    ['a promise that nobody waits for', 'void Promise.reject(error);'],
  ])('ends the server with its kind and place, not with what it repeats: %s', async (_what, act) => {
    const secret = randomBytes(12).toString('base64url');
    const server = await faulty(`const error = new TypeError('cannot use ${secret}'); ${act}`);
    expect(await server.ended).toBe(1);
    expect(server.output()).toMatch(/^The server failed: TypeError\nat .*preloaded\.mjs:\d+/m);
    expect(server.output()).toMatch(/^\{"level":"fatal",.*"event":"failed",.*preloaded\.mjs:\d+/m);
    expect(server.output()).not.toContain(secret);
  });

  it('is a line without what it repeats when it is only a warning', async () => {
    const secret = randomBytes(12).toString('base64url');
    const server = await faulty(`process.emitWarning('about ${secret}', 'OddWarning', 'ODD1');`);
    await until('the warning is said', () => /^Warning: OddWarning ODD1$/m.test(server.output()));
    expect(server.output()).not.toContain(secret);
  });
});
