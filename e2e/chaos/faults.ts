import { setTimeout as pass } from 'node:timers/promises';
import { Tab } from '../support/people.js';
import { changeAddress } from './address.js';
import type { Random } from './random.js';
import { SIDES, type Side, type World } from './world.js';

/** How long the long ones last, ms. */
export interface Lengths {
  readonly longestCutMs: number;
  readonly longestOutageMs: number;
}

/** Work that goes on behind a fault (a server that starts again); the next fault waits for it. */
export type Aftermath = Promise<unknown>;

export interface Fault {
  readonly name: string;
  /** How often it comes, against the others. */
  readonly weight: number;
  /** Resolves when it is over and the two may find each other again; with what still goes on. */
  readonly strike: (world: World, random: Random, lengths: Lengths) => Promise<{ aftermath?: Aftermath }>;
}

const DONE = {};
const anySide = (random: Random): Side => random.pick(SIDES);

/** The length of the fault is the subject: nothing is waited for. */
const lasting = (random: Random, longestMs: number): Promise<void> =>
  pass(random.mostlyShort(Math.min(1000, longestMs), longestMs));

async function cut(world: World, sides: readonly Side[], random: Random, longestMs: number): Promise<void> {
  for (const side of sides) world.network.cut(side);
  await lasting(random, longestMs);
  for (const side of sides) world.network.mend(side);
}

/** Both servers are away for a while. */
async function withoutServers(world: World, random: Random, longestMs: number): Promise<void> {
  await Promise.all(world.servers.map((server) => server.kill()));
  await pass(random.mostlyShort(0, longestMs));
  await Promise.all(world.servers.map((server) => server.restart()));
}

async function reopen(world: World, side: Side): Promise<void> {
  await world.tabs[side].page.close();
  world.tabs[side] = await world.people[side].enter(world.link);
}

/** As the browser's *Duplicate tab* does: another tab with a copy of what this tab has stored. */
async function duplicate(world: World, side: Side): Promise<void> {
  const { page } = world.tabs[side];
  const opened = world.people[side].context.waitForEvent('page');
  await page.evaluate(() => void window.open(location.href));
  const copy = new Tab(await opened);
  await copy.page.getByTestId('move-here').click();
  await copy.joinOrReturn();
  await world.tabs[side].sees('superseded');
  await page.close();
  world.tabs[side] = copy;
}

const reload = (tab: Tab): Promise<unknown> => tab.page.reload();

/** Everything that may happen to a call, short of both hanging up. */
export const FAULTS: readonly [Fault, ...Fault[]] = [
  {
    name: 'one server killed',
    weight: 5,
    strike: async (world, random) => {
      const server = random.pick(world.servers);
      await server.kill();
      return { aftermath: server.restart() };
    },
  },
  {
    name: 'one server stopped',
    weight: 3,
    strike: async (world, random) => ({ aftermath: random.pick(world.servers).restart() }),
  },
  {
    name: 'all servers killed',
    weight: 4,
    strike: async (world, random, { longestOutageMs }) => {
      await withoutServers(world, random, longestOutageMs);
      return DONE;
    },
  },
  {
    name: 'all servers killed, one reloads',
    weight: 2,
    strike: async (world, random, { longestOutageMs }) => {
      const back = withoutServers(world, random, longestOutageMs);
      // The page comes from the server: until there is one, the browser shows its own error, and the person reloads.
      const tab = world.tabs[anySide(random)];
      await back;
      await reload(tab);
      return DONE;
    },
  },
  {
    name: 'Redis emptied',
    weight: 5,
    strike: async (world) => {
      await world.redis.restart();
      return DONE;
    },
  },
  {
    name: 'Redis away for a while, then empty',
    weight: 3,
    strike: async (world, random, { longestOutageMs }) => {
      await world.redis.kill();
      await lasting(random, longestOutageMs);
      await world.redis.restart();
      return DONE;
    },
  },
  {
    name: 'Redis emptied, one reloads',
    weight: 4,
    strike: async (world, random) => {
      await world.redis.restart();
      await reload(world.tabs[anySide(random)]);
      return DONE;
    },
  },
  {
    name: 'Redis emptied, both reload',
    weight: 2,
    strike: async (world) => {
      await world.redis.restart();
      await Promise.all(SIDES.map((side) => reload(world.tabs[side])));
      return DONE;
    },
  },
  {
    name: 'PostgreSQL killed',
    weight: 2,
    strike: async (world) => {
      await world.postgres.restart();
      return DONE;
    },
  },
  {
    name: "one side's network cut",
    weight: 6,
    strike: async (world, random, { longestCutMs }) => {
      await cut(world, [anySide(random)], random, longestCutMs);
      return DONE;
    },
  },
  {
    name: "both sides' networks cut",
    weight: 3,
    strike: async (world, random, { longestCutMs }) => {
      await cut(world, SIDES, random, longestCutMs);
      return DONE;
    },
  },
  {
    name: 'network cut, a server killed meanwhile',
    weight: 3,
    strike: async (world, random, { longestCutMs }) => {
      const server = random.pick(world.servers);
      await Promise.all([cut(world, [anySide(random)], random, longestCutMs), server.kill()]);
      return { aftermath: server.restart() };
    },
  },
  {
    name: 'address changed',
    weight: 6,
    strike: async (world, random) => {
      changeAddress(world.network, anySide(random));
      return DONE;
    },
  },
  {
    name: 'reload',
    weight: 7,
    strike: async (world, random) => {
      await reload(world.tabs[anySide(random)]);
      return DONE;
    },
  },
  {
    name: 'both reload',
    weight: 4,
    strike: async (world) => {
      await Promise.all(SIDES.map((side) => reload(world.tabs[side])));
      return DONE;
    },
  },
  {
    name: 'tab closed and opened again',
    weight: 5,
    strike: async (world, random) => {
      await reopen(world, anySide(random));
      return DONE;
    },
  },
  {
    name: 'tab duplicated, call moved there',
    weight: 4,
    strike: async (world, random) => {
      await duplicate(world, anySide(random));
      return DONE;
    },
  },
];
