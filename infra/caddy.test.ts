import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientOptions } from 'ws';
import { startApp, type AppServer } from '../e2e/support/app-server.js';
import { freePort, removeFolder, temporaryFolder, until } from '../e2e/support/child.js';
import { startPostgres } from '../e2e/support/postgres.js';
import { startRedis } from '../e2e/support/redis.js';
import { ensureBuilt } from '../scripts/fresh-build.js';
import { CloseCode } from '../server/src/protocol/index.js';
import { newHolder, Page } from '../server/src/signaling/testing/page.js';
import { SteadyPage } from '../server/src/signaling/testing/steady-page.js';
import { ask, startCaddy, validateCaddyfile, type Answer, type Caddy } from './testing/caddy.js';
import { composition, makeEnv } from './testing/compose.js';

/** As many as one address may make at once, and more than one for each process. */
const CALLS = 10;

const folder = temporaryFolder('caddy');
const ends: (() => unknown)[] = [() => removeFolder(folder)];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

it.each([{ words: ['call.example'] }, { words: ['box.home.arpa', '--local'] }])(
  'Caddy takes its file with what compose.yaml gives it for $words',
  async ({ words }) => {
    const own = temporaryFolder('caddy-env');
    ends.push(() => removeFolder(own));
    const env = composition(makeEnv(own, ...words)).services.caddy?.environment ?? {};
    expect(await validateCaddyfile(own, env)).toContain('Valid configuration');
  },
);

describe('Caddy before two server processes on one Redis', () => {
  /** Addresses that appear nowhere else on this machine. */
  const [HERE, ELSEWHERE] = ['127.9.9.9', '127.9.9.8'];
  let caddy: Caddy;
  const apps: AppServer[] = [];

  beforeAll(async () => {
    await ensureBuilt(() => undefined);
    const [redis, postgres] = [await startRedis(), await startPostgres()];
    ends.push(
      () => redis.stop(),
      () => postgres.stop(),
    );
    const port = await freePort();
    const env = {
      REDIS_URL: redis.url,
      DATABASE_URL: postgres.url,
      SERVER_SECRET: 'the same secret in both processes',
      PULSE_MS: '1000',
      TRUST_PROXY: '127.0.0.1',
    };
    const url = `https://localhost:${port}`;
    for (let n = 0; n < 2; n += 1) {
      const app = await startApp({ env, url });
      apps.push(app);
      ends.push(() => app.kill());
    }
    // Last: it finds both of them well, and sends people to both.
    caddy = await startCaddy(
      folder,
      port,
      apps.map((app) => app.port),
    );
    ends.push(() => caddy.child.end());
    await until('Caddy serves', async () => (await at('/healthz')).status === 200);
  });

  const at = (
    path: string,
    from = HERE,
    more: { method?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> =>
    ask(`https://localhost:${caddy.port}${path}`, { ca: caddy.ca(), family: 4, localAddress: from, ...more });

  const signal = (): string => `wss://localhost:${caddy.port}/api/signal`;
  const client = (): ClientOptions => ({
    ca: caddy.ca(),
    family: 4,
    localAddress: HERE,
    origin: `https://localhost:${caddy.port}`,
  });
  const open = (): Promise<Page> => Page.open(signal(), client());

  async function newCall(): Promise<string> {
    const { status, body } = await at('/api/calls', HERE, { method: 'POST' });
    expect(status).toBe(201);
    return (JSON.parse(body) as { callId: string }).callId;
  }

  it('changes nothing of what a page comes with', async () => {
    const direct = await fetch(`http://127.0.0.1:${apps[0]?.port ?? 0}/`);
    const own = Object.fromEntries(direct.headers);
    const { headers, status } = await at('/');
    expect(status).toBe(200);
    const ofTheConnection = [
      'connection',
      'keep-alive',
      'date',
      'transfer-encoding',
      'alt-svc',
      'content-length',
      'content-encoding',
    ];
    const kept = (all: Readonly<Record<string, unknown>>): string[] =>
      Object.keys(all)
        .filter((name) => !ofTheConnection.includes(name))
        .sort();
    expect(kept(headers)).toEqual(kept(own));
    for (const name of [
      'content-security-policy',
      'strict-transport-security',
      'permissions-policy',
      'referrer-policy',
      'link',
    ])
      expect([name, headers[name]]).toEqual([name, own[name]]);
  });

  it('a first call over TLS; a process is killed, and who was there comes back through the other', async () => {
    const callId = await newCall();
    const people = [
      { holder: newHolder(), page: await open() },
      { holder: newHolder(), page: await open() },
    ] as const;
    const [first, second] = people;
    expect(await first.page.enter(callId, first.holder)).toMatchObject({ seat: 0 });
    expect(await second.page.enter(callId, second.holder)).toMatchObject({
      seat: 1,
      peer: { state: 'present' },
    });
    expect(await first.page.until('peer')).toMatchObject({ state: 'present' });
    first.page.relay('hello');
    expect(await second.page.until('relay')).toEqual({ payload: 'hello' });

    // A new connection goes to the process that has fewer: one each.
    const lost = Promise.race(people.map(async ({ page }, index) => page.closed.then(() => index)));
    await apps[0]?.kill();
    const [gone, stayed] = (await lost) === 0 ? [first, second] : [second, first];
    expect(await stayed.page.until('peer')).toMatchObject({ state: 'dropped' });
    const back = await open();
    expect(await back.enter(callId, gone.holder)).toMatchObject({ epoch: 2, peer: { state: 'present' } });
    expect(await stayed.page.until('peer')).toEqual({ state: 'present', epoch: 2 });
    back.relay('here again');
    expect(await stayed.page.until('relay')).toEqual({ payload: 'here again' });
    for (const page of [back, stayed.page]) page.socket.terminate();
    await apps[0]?.restart();
  });

  it('an upgrade, one process after the other, puts nobody out of their call, and cuts nobody off', async () => {
    const pages: SteadyPage[] = [];
    for (let n = 0; n < CALLS; n += 1) {
      const callId = await newCall();
      const page = () => new SteadyPage({ url: signal, callId, holder: newHolder(), client: client() });
      pages.push(page(), page());
    }
    const together = () =>
      until('everybody is together', () => pages.every((page) => page.isTogether), 60_000);
    try {
      await together();
      for (const app of apps) {
        expect(await app.restart()).toBe(0);
        await together();
      }
      expect(pages.flatMap((page) => page.refusals)).toEqual([]);
      // Told of it, each: by the process that stops, and by nothing else.
      expect(new Set(pages.flatMap((page) => page.closeCodes))).toEqual(new Set([CloseCode.goingAway]));
      expect(pages.flatMap((page) => page.closeCodes).length).toBeGreaterThanOrEqual(pages.length);
    } finally {
      for (const page of pages) page.end();
    }
  });

  it('people are told from each other by their own address, which nobody can make up', async () => {
    const callFrom = async (from: string, claimed: string): Promise<number> =>
      (await at('/api/calls', from, { method: 'POST', headers: { 'x-forwarded-for': claimed } })).status;
    let answer = 201;
    for (let n = 0; answer === 201 && n < 400; n += 1) answer = await callFrom(HERE, `203.0.113.${n % 250}`);
    expect(answer).toBe(429);
    expect(await callFrom(ELSEWHERE, HERE)).toBe(201);
  });

  it('the other end of a connection, and what it asked for, stand in no log: not even where nobody answers', async () => {
    const path = `/c/${await at('/api/calls', ELSEWHERE, { method: 'POST' }).then(({ body }) => (JSON.parse(body) as { callId: string }).callId)}`;
    expect((await at(path)).status).toBe(200);
    for (const app of apps) await app.kill();
    expect((await at(path)).status).toBeGreaterThanOrEqual(502);
    const said = caddy.child.output();
    expect(said).toContain('serving initial configuration');
    for (const secret of [HERE, ELSEWHERE, path]) expect(said).not.toContain(secret);
  });
});
