import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { root } from '../../scripts/fresh-build.js';
import { startApp, type AppServer } from '../support/app-server.js';
import { startBalancer, type Balancer } from '../support/balancer.js';
import { startChild, temporaryFolder } from '../support/child.js';
import { launchInNamespace } from '../support/chromium.js';
import { makeLink } from '../support/fixtures.js';
import { Network } from '../support/network.js';
import { Person, type Tab } from '../support/people.js';
import { startPostgres, type PostgresServer } from '../support/postgres.js';
import { startRedis, type RedisServer } from '../support/redis.js';

const PORT = 8080;

export type Side = 'ann' | 'ben';
export const SIDES = ['ann', 'ben'] as const;

/** Everything a call needs: two servers behind a balancer, their stores, and two people in networks of their own. */
export interface World {
  readonly network: Network;
  readonly redis: RedisServer;
  readonly postgres: PostgresServer;
  readonly servers: readonly [AppServer, AppServer];
  readonly balancer: Balancer;
  readonly people: Readonly<Record<Side, Person>>;
  /** Where each of them is in the call; a fault may move it. */
  readonly tabs: Record<Side, Tab>;
  link: string;
  /** A server that is starting again; who strikes at servers waits for it. */
  mending: Promise<unknown>;
  readonly end: () => Promise<void>;
}

/** The id of the call everybody is in. */
export const callIdOf = ({ link }: Pick<World, 'link'>): string =>
  new URL(link).pathname.split('/').at(-1) ?? '';

type Ends = (() => unknown)[];

async function startServers(url: string, ends: Ends): Promise<Pick<World, 'redis' | 'postgres' | 'servers'>> {
  const redis = await startRedis();
  ends.push(() => redis.stop());
  const postgres = await startPostgres();
  ends.push(() => postgres.stop());
  const env = {
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    SERVER_SECRET: randomBytes(32).toString('base64url'),
  };
  const start = async (): Promise<AppServer> => {
    const server = await startApp({ url, env });
    ends.push(() => server.stop());
    return server;
  };
  return { redis, postgres, servers: [await start(), await start()] };
}

async function arrive(network: Network, side: Side, url: string, ends: Ends): Promise<Person> {
  const browser: Browser = await launchInNamespace(network.namespaceOf(side), url);
  ends.push(() => browser.close());
  return Person.arrive(browser);
}

/** The two meet in a new call. */
export async function meetAnew(
  world: Pick<World, 'balancer' | 'people'>,
  url: string,
): Promise<Pick<World, 'link' | 'tabs'>> {
  const made = new URL(await makeLink(world.balancer.url));
  const link = `${url}${made.pathname}${made.hash}`;
  const ann = await world.people.ann.enter(link);
  await ann.sees('waiting');
  const ben = await world.people.ben.enter(link);
  await Promise.all([ann, ben].map((tab) => tab.sees('connected')));
  await Promise.all([ann, ben].map((tab) => tab.seesAndHears()));
  return { link, tabs: { ann, ben } };
}

/** Makes the world, with the two in a call. */
export async function makeWorld(): Promise<World> {
  const ends: Ends = [];
  const end = async (): Promise<void> => {
    for (const each of ends.reverse()) await each();
  };
  try {
    const network = new Network();
    ends.push(() => network.remove());
    const url = `http://${network.addressOf('server')}:${PORT}`;
    const { redis, postgres, servers } = await startServers(url, ends);
    const path = join(temporaryFolder('door'), 'balancer');
    const balancer = await startBalancer(() => servers.map(({ port }) => port), { path });
    ends.push(() => balancer.close());
    const door = [join(root, 'e2e', 'chaos', 'doorway.mjs'), String(PORT), path];
    const namespace = network.namespaceOf('server');
    const doorway = await startChild(process.execPath, door, { namespace, ready: /open/ });
    ends.push(() => doorway.end());
    const people = {
      ann: await arrive(network, 'ann', url, ends),
      ben: await arrive(network, 'ben', url, ends),
    };
    const met = await meetAnew({ balancer, people }, url);
    return { network, redis, postgres, servers, balancer, people, ...met, mending: Promise.resolve(), end };
  } catch (problem) {
    await end();
    throw problem;
  }
}
