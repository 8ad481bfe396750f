import { randomBytes } from 'node:crypto';
import { test as base, expect, type BrowserContextOptions } from '@playwright/test';
import { startApp, type AppServer } from './app-server.js';
import { Person, type Tab } from './people.js';
import { startRedis, type RedisServer } from './redis.js';

/** Tag of tests that must hold wherever the server keeps its state: they run with both stores. */
export const SURVIVES = '@survives';

/** Tag of tests that are about Redis itself. */
export const NEEDS_REDIS = '@redis';

/** Where the server under test keeps who is in a call. */
export interface ServerOptions {
  presence: 'memory' | 'redis';
}

interface WorkerFixtures extends ServerOptions {
  /** Null with presence in memory. */
  redis: RedisServer | null;
  app: AppServer;
}

interface TestFixtures {
  /** A new person arrives: a browser profile of their own. At the end, nothing may have gone wrong in their pages. */
  someone: (options?: BrowserContextOptions) => Promise<Person>;
  /** A new call's link. */
  newLink: () => Promise<string>;
  /** Two people in one call, who see and hear each other. */
  together: () => Promise<Together>;
}

export interface Together {
  readonly link: string;
  readonly ann: Person;
  readonly ben: Person;
  readonly annsTab: Tab;
  readonly bensTab: Tab;
}

/** A new call at this server, with a key as a page would make it. */
export async function makeLink(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/calls`, { method: 'POST' });
  expect(answer.status).toBe(201);
  const { callId } = (await answer.json()) as { callId: string };
  return `${url}/c/${callId}#${randomBytes(16).toString('base64url')}`;
}

/** What the server says about a call. */
export async function phaseOf(url: string, link: string): Promise<string> {
  const callId = new URL(link).pathname.split('/').at(-1) ?? '';
  const answer = await fetch(`${url}/api/calls/${callId}`);
  const { phase } = (await answer.json()) as { phase: string };
  return phase;
}

/** A new call made from within a person's browser, where the server is out of this process' reach. */
export async function makeLinkWithin(person: Person, url: string): Promise<string> {
  const { page } = await person.newTab();
  await page.goto(`${url}/`);
  const callId = await page.evaluate(async () => {
    const answer = await fetch('/api/calls', { method: 'POST' });
    const { callId: made } = (await answer.json()) as { callId: string };
    return made;
  });
  await page.close();
  return `${url}/c/${callId}#${randomBytes(16).toString('base64url')}`;
}

/** Ann enters, then Ben; both see and hear the other. */
export async function meet(link: string, ann: Person, ben: Person): Promise<Together> {
  const annsTab = await ann.enter(link);
  await annsTab.sees('waiting');
  const bensTab = await ben.enter(link);
  await Promise.all([annsTab.sees('connected'), bensTab.sees('connected')]);
  await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
  return { link, ann, ben, annsTab, bensTab };
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  presence: ['memory', { option: true, scope: 'worker' }],

  redis: [
    async ({ presence }, use) => {
      const redis = presence === 'redis' ? await startRedis() : null;
      await use(redis);
      await redis?.stop();
    },
    { scope: 'worker' },
  ],

  app: [
    async ({ redis }, use) => {
      const app = await startApp(redis ? { env: { REDIS_URL: redis.url } } : {});
      await use(app);
      await app.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  someone: async ({ browser }, use) => {
    const people: Person[] = [];
    await use(async (options) => {
      const person = await Person.arrive(browser, options);
      people.push(person);
      return person;
    });
    await Promise.all(people.map((person) => person.leave()));
    expect(people.flatMap((person) => person.problems)).toEqual([]);
  },

  newLink: async ({ app }, use) => use(() => makeLink(app.url)),

  together: async ({ someone, newLink, redis }, use) =>
    use(async () => {
      const both = await meet(await newLink(), await someone(), await someone());
      // Else a server that forgot REDIS_URL would pass for one that uses it.
      if (redis) expect(await redis.keys()).toBeGreaterThan(0);
      return both;
    }),
});

export { expect };
