import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolder, temporaryFolder, until } from '../../../e2e/support/child.js';
import { newHolder, type Page } from '../signaling/testing/page.js';
import { RING_TIMES, USUAL_RING_TIMES } from './ring-times.js';
import { RingWatch } from './ring-watch.js';
import type { DeviceKeys } from './testing/api.js';
import { RingingApp } from './testing/ringing-app.js';

/** So many call at the same time. */
const CALLERS = 200;

/** One caller, with everything their page was ever sent. */
class Caller {
  readonly holder = newHolder();
  readonly name: string;
  readonly heard: string[] = [];
  ringId = '';
  ticket = '';
  page!: Page;
  #stopped = false;

  constructor(
    readonly number: number,
    readonly callId: string,
  ) {
    this.name = `caller number ${number}`;
  }

  /** Enters, again with the ticket. */
  async enter(server: RingingApp): Promise<void> {
    this.page = await server.open();
    this.page.socket.on('message', (data: Buffer) => this.heard.push(data.toString()));
    const { ticket } = await this.page.enter(this.callId, this.holder, this.ticket || undefined);
    this.ticket = ticket;
  }

  async ring(server: RingingApp, slug: string): Promise<number> {
    const { status, body } = await server.api().ring(slug, this.callId, { callerName: this.name });
    expect([status, body.state]).toEqual([201, 'waiting']);
    this.ringId = body.ringId;
    return body.place ?? 0;
  }

  /** What this page was told of rings: [state, place], in order. */
  get told(): [string, number | undefined][] {
    return this.heard.flatMap((text) => {
      const { event, data } = JSON.parse(text) as { event: string; data: { state: string; place?: number } };
      return event === 'ring' ? [[data.state, data.place]] : [];
    });
  }

  leave(): void {
    if (!this.#stopped) this.page.socket.terminate();
    this.#stopped = true;
  }
}

const dataDir = temporaryFolder('line');
let server: RingingApp;
let device: DeviceKeys;
let slug = '';
/** In the order of the line. */
let line: Caller[] = [];

const start = (goneMs: number | null = null): Promise<RingingApp> =>
  RingingApp.start({ DATA_DIR: dataDir }, (builder) =>
    builder.overrideProvider(RING_TIMES).useValue({ ...USUAL_RING_TIMES, goneMs }),
  );

const inPlace = async (caller: Caller) => (await server.api().news(caller.ringId)).body;

/** The next one, who must be this one. */
async function takes(expected: Caller): Promise<void> {
  const { status, body } = await server.api().next(device, slug);
  expect([status, body?.ringId, body?.state]).toEqual([200, expected.ringId, 'answered']);
  expect(body).toMatchObject({ callId: expected.callId, callerName: expected.name });
  await until('the caller is told', () => expected.told.at(-1)?.[0] === 'answered');
}

beforeAll(async () => {
  server = await start();
  device = await server.api().device();
  ({ slug } = await server.api().link(device, { line: { open: true, minutes: 5 } }));
});
afterAll(async () => {
  for (const caller of line) caller.leave();
  await server.stop();
  removeFolder(dataDir);
});

/** Nobody ever hears of anybody else: no ring, no name, no call, no second state at once. */
function expectApart(): void {
  for (const caller of line) {
    const text = caller.heard.join('\n');
    for (const ringId of text.match(/"ringId":"[^"]+"/g) ?? [])
      expect(ringId).toBe(`"ringId":"${caller.ringId}"`);
    expect(text).not.toMatch(/caller number/);
    for (const other of line) if (other !== caller) expect(text).not.toContain(other.callId);
    const places = caller.told.flatMap(([, place]) => (place === undefined ? [] : [place]));
    expect(places, 'places only get better').toEqual([...new Set(places)].sort((a, b) => b - a));
  }
}

describe('a line of two hundred callers', () => {
  it('gives each a place of their own, in one order', async () => {
    const callers = await Promise.all(
      Array.from({ length: CALLERS }, async (_, number) => new Caller(number, await server.api().call())),
    );
    await Promise.all(callers.map((caller) => caller.enter(server)));
    const places = await Promise.all(callers.map((caller) => caller.ring(server, slug)));
    expect([...places].sort((a, b) => a - b)).toEqual(callers.map((_, index) => index + 1));
    line = [...callers].sort((a, b) => (places[a.number] ?? 0) - (places[b.number] ?? 0));
    expect((await server.api().look(slug)).body).toEqual({ slug, accepting: true, line: { minutes: 5 } });
    // Who waits is nobody's business but the count.
    expect((await server.api().rings(device)).body).toEqual([]);
  });

  it('is taken in its order, and everybody left is told their new place', async () => {
    for (const caller of line.slice(0, 20)) await takes(caller);
    const last = line.at(-1);
    await until('the last one knows', () => last?.told.at(-1)?.[1] === CALLERS - 20);
    expectApart();
  });

  it('closes up where somebody leaves; who loses the connection keeps their place', async () => {
    const leaving = line.filter((_, index) => index >= 20 && index % 10 === 5);
    expect(
      await Promise.all(leaving.map(async ({ ringId }) => (await server.api().cancel(ringId)).status)),
    ).toEqual(leaving.map(() => 204));
    const dropping = line.filter((_, index) => index >= 20 && index % 10 === 7);
    for (const caller of dropping) caller.page.socket.terminate();
    await Promise.all(dropping.map((caller) => caller.enter(server)));
    for (const caller of leaving) {
      await until('they are told', () => caller.told.at(-1)?.[0] === 'cancelled');
      caller.leave();
    }
    const left = line.filter((caller, index) => index >= 20 && !leaving.includes(caller));
    expect(await Promise.all(left.map(inPlace))).toEqual(
      left.map(({ ringId }, index) => ({ ringId, state: 'waiting', place: index + 1 })),
    );
    expectApart();
    line = left;
  });

  it('is the same line after a restart of the server: nobody is lost, nobody overtakes', async () => {
    await server.stop();
    server = await start();
    // Nobody is back yet, and that says nothing: their turn would come all the same.
    await server.app.get(RingWatch).look();
    await Promise.all([...line].reverse().map((caller) => caller.enter(server)));
    expect(await Promise.all(line.map(inPlace))).toEqual(
      line.map(({ ringId }, index) => ({ ringId, state: 'waiting', place: index + 1 })),
    );
    for (const caller of line.slice(0, 30)) await takes(caller);
    line = line.slice(30);
  });

  it('gives two fingers on one button two different callers', async () => {
    const taken = await Promise.all(Array.from({ length: 5 }, () => server.api().next(device, slug)));
    expect(taken.map(({ body }) => body?.ringId).sort()).toEqual(
      line
        .slice(0, 5)
        .map(({ ringId }) => ringId)
        .sort(),
    );
    line = line.slice(5);
  });

  it("counts for its owner's open page, and closed for new callers still has who waits, until it is no more", async () => {
    const page = await server.open();
    page.send({ event: 'attend', data: device });
    expect(await page.until('line')).toEqual({ slug, waiting: line.length });
    await page.until('attended');
    const [first] = line;
    if (first) await takes(first);
    line = line.slice(1);
    expect(await page.until('line')).toEqual({ slug, waiting: line.length });
    const change = { line: { open: false, minutes: 5 } };
    await server.api().ask('PATCH', `/api/ring-links/${slug}`, device, change);
    expect((await server.api().ring(slug, await server.api().call())).status).toBe(409);
    expect((await server.api().look(slug)).body.accepting).toBe(false);
    expect(await Promise.all(line.map(inPlace))).toEqual(
      line.map(({ ringId }, index) => ({ ringId, state: 'waiting', place: index + 1 })),
    );
    const [second] = line;
    if (second) await takes(second);
    line = line.slice(1);
    await server.api().ask('PATCH', `/api/ring-links/${slug}`, device, { line: null });
    for (const caller of line) await until('they are told', () => caller.told.at(-1)?.[0] === 'closed');
    for (let waiting = Number.NaN; waiting !== 0;) ({ waiting } = await page.until('line'));
    expect((await server.api().next(device, slug)).status).toBe(204);
    expectApart();
    page.socket.terminate();
  });

  it('passes over who is there no more, and lets them go', async () => {
    for (const caller of line) caller.leave();
    await server.stop();
    server = await start(0);
    const api = server.api();
    await api.ask('PATCH', `/api/ring-links/${slug}`, device, { line: { open: true, minutes: null } });
    line = await Promise.all([1, 2, 3].map(async (number) => new Caller(number, await api.call())));
    const [gone, there, late] = line;
    if (!gone || !there || !late) throw new Error('nobody');
    await there.enter(server);
    for (const caller of line) await caller.ring(server, slug);
    await takes(there);
    expect(await inPlace(gone)).toEqual({ ringId: gone.ringId, state: 'cancelled' });
    await server.app.get(RingWatch).look();
    expect(await inPlace(late)).toEqual({ ringId: late.ringId, state: 'cancelled' });
    line = [there];
  });
});
