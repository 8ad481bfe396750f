import { setTimeout as pass } from 'node:timers/promises';
import { Tab } from '../support/people.js';
import { changeAddress } from './address.js';
import type { Random } from '../support/random.js';
import { SIDES, type Side, type World } from './world.js';

/** How long the long ones last, ms. */
export interface Lengths {
  readonly longestCutMs: number;
  readonly longestOutageMs: number;
}

export interface Fault {
  readonly name: string;
  /** How often it comes, against the others. */
  readonly weight: number;
  /** Resolves when it is over and the two may find each other again. */
  readonly strike: (world: World, random: Random, lengths: Lengths) => Promise<unknown>;
}

const anySide = (random: Random): Side => random.pick(SIDES);

/** The length of the fault is the subject: nothing is waited for. */
const lasting = (random: Random, longestMs: number): Promise<void> =>
  pass(random.mostlyShort(Math.min(1000, longestMs), longestMs));

async function cut(world: World, sides: readonly Side[], random: Random, longestMs: number): Promise<void> {
  for (const side of sides) world.network.cut(side);
  await lasting(random, longestMs);
  for (const side of sides) world.network.mend(side);
}

/** One of two servers goes; it starts again behind whatever happens next. */
async function withoutOne(
  world: World,
  random: Random,
  how: 'kill' | 'stop',
  meanwhile?: () => Promise<void>,
): Promise<void> {
  await world.mending;
  const server = random.pick(world.servers);
  if (how === 'kill') await server.kill();
  world.mending = server.restart();
  // Whether it did start is told to who waits for it.
  world.mending.catch(() => undefined);
  await meanwhile?.();
}

/** Both servers are away for a while. */
async function withoutServers(world: World, random: Random, longestMs: number): Promise<void> {
  await world.mending;
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
    strike: (world, random) => withoutOne(world, random, 'kill'),
  },
  {
    name: 'one server stopped',
    weight: 3,
    strike: (world, random) => withoutOne(world, random, 'stop'),
  },
  {
    name: 'all servers killed',
    weight: 4,
    strike: async (world, random, { longestOutageMs }) => {
      await withoutServers(world, random, longestOutageMs);
    },
  },
  {
    name: 'all servers killed, one reloads',
    weight: 2,
    strike: async (world, random, { longestOutageMs }) => {
      // While there is no server, there is no page: a browser that reloads then shows its own error.
      await withoutServers(world, random, longestOutageMs);
      await reload(world.tabs[anySide(random)]);
    },
  },
  {
    name: 'Redis emptied',
    weight: 5,
    strike: async (world) => {
      await world.redis.restart();
    },
  },
  {
    name: 'Redis away for a while, then empty',
    weight: 3,
    strike: async (world, random, { longestOutageMs }) => {
      await world.redis.kill();
      await lasting(random, longestOutageMs);
      await world.redis.restart();
    },
  },
  {
    name: 'Redis emptied, one reloads',
    weight: 4,
    strike: async (world, random) => {
      await world.redis.restart();
      await reload(world.tabs[anySide(random)]);
    },
  },
  {
    name: 'Redis emptied, both reload',
    weight: 2,
    strike: async (world) => {
      await world.redis.restart();
      await Promise.all(SIDES.map((side) => reload(world.tabs[side])));
    },
  },
  {
    name: 'PostgreSQL killed',
    weight: 2,
    strike: async (world) => {
      await world.postgres.restart();
    },
  },
  {
    name: "one side's network cut",
    weight: 6,
    strike: async (world, random, { longestCutMs }) => {
      await cut(world, [anySide(random)], random, longestCutMs);
    },
  },
  {
    name: "both sides' networks cut",
    weight: 3,
    strike: async (world, random, { longestCutMs }) => {
      await cut(world, SIDES, random, longestCutMs);
    },
  },
  {
    name: 'network cut, a server killed meanwhile',
    weight: 3,
    strike: (world, random, { longestCutMs }) =>
      withoutOne(world, random, 'kill', () => cut(world, [anySide(random)], random, longestCutMs)),
  },
  {
    name: 'address changed',
    weight: 6,
    strike: async (world, random) => {
      changeAddress(world.network, anySide(random));
    },
  },
  {
    name: 'reload',
    weight: 7,
    strike: async (world, random) => {
      await reload(world.tabs[anySide(random)]);
    },
  },
  {
    name: 'both reload',
    weight: 4,
    strike: async (world) => {
      await Promise.all(SIDES.map((side) => reload(world.tabs[side])));
    },
  },
  {
    name: 'tab closed and opened again',
    weight: 5,
    strike: async (world, random) => {
      await reopen(world, anySide(random));
    },
  },
  {
    name: 'tab duplicated, call moved there',
    weight: 4,
    strike: async (world, random) => {
      await duplicate(world, anySide(random));
    },
  },
];
