import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CloseCode } from '../protocol/index.js';
import { meet, type Couple } from './testing/couple.js';
import { newHolder, type Page } from './testing/page.js';
import { newCallId, startSignaling, type SignalingServer } from './testing/signaling-server.js';

let server: SignalingServer;
let callId: string;
let couple: Couple;

beforeAll(async () => {
  server = await startSignaling();
});
afterAll(() => server.stop());
beforeEach(async () => {
  callId = newCallId();
  couple = await meet(callId, server);
});
afterEach(() => {
  couple.first.socket.terminate();
  couple.second.socket.terminate();
});

const lock = (page: Page, on: boolean): void => {
  page.send({ event: 'lock', data: { on } });
};

const hangUp = async (page: Page, event: 'leave' | 'block'): Promise<void> => {
  page.send({ event, data: {} });
  expect(await page.closed).toBe(CloseCode.left);
};

/** Every byte that somebody who knocks is sent, and the code they are closed with. */
async function knock(id: string, holder = newHolder(), ticket?: string) {
  const page = await server.open();
  const said: string[] = [];
  page.socket.on('message', (data: Buffer) => said.push(data.toString()));
  page.send({
    event: 'enter',
    data: ticket === undefined ? { callId: id, holder } : { callId: id, holder, ticket },
  });
  expect((await page.next()).event).toBe('refused');
  return { code: await page.closed, said };
}

/** What somebody hears who knocks on a call of two live people. */
async function knockOnFullCall() {
  const id = newCallId();
  const { first, second } = await meet(id, server);
  const answer = await knock(id);
  first.socket.terminate();
  second.socket.terminate();
  expect(answer.code).toBe(CloseCode.refused);
  expect(answer.said).toHaveLength(1);
  return answer;
}

describe('a lock', () => {
  it('by either of the two is told to both, and so is its opening', async () => {
    const { first, second } = couple;
    for (const [page, on] of [
      [first, true],
      [second, false],
      [second, true],
      [first, false],
    ] as const) {
      lock(page, on);
      expect(await first.next()).toEqual({ event: 'locked', data: { on } });
      expect(await second.next()).toEqual({ event: 'locked', data: { on } });
    }
    await couple.expectUndisturbed();
  });

  it('lets nobody into a free seat but its holder: who knocks hears, byte for byte, what a full call says', async () => {
    const { first, second, secondHolder } = couple;
    lock(first, true);
    await second.until('locked');
    await hangUp(second, 'leave');
    expect(await first.until('peer')).toMatchObject({ state: 'left' });
    expect(await knock(callId)).toEqual(await knockOnFullCall());
    expect(await first.rest()).toEqual([]);
    const back = await server.open();
    expect(await back.enter(callId, secondHolder)).toMatchObject({ seat: 1, epoch: 2, locked: true });
  });

  it('is gone once it is opened: the next who comes gets the free seat, and is told that the call is open', async () => {
    const { first, second } = couple;
    lock(first, true);
    await second.until('locked');
    await hangUp(second, 'leave');
    await first.until('peer');
    lock(first, false);
    expect(await first.until('locked')).toEqual({ on: false });
    expect(await (await server.open()).enter(callId)).toMatchObject({ seat: 1, locked: false });
  });

  it('takes two: alone, one is answered, and nothing else happens', async () => {
    const { first, second } = couple;
    await hangUp(second, 'leave');
    await first.until('peer');
    lock(first, true);
    expect(await first.next()).toMatchObject({ event: 'error', data: { reason: 'not-together' } });
    expect(await (await server.open()).enter(callId)).toMatchObject({ seat: 1, locked: false });
  });

  it('before enter is answered, and locks nothing', async () => {
    const page = await server.open();
    lock(page, true);
    expect(await page.next()).toMatchObject({ event: 'error', data: { reason: 'not-entered' } });
    expect(await page.enter(newCallId())).toMatchObject({ locked: false });
  });

  it('of a superseded connection changes nothing', async () => {
    const { first, second, secondHolder } = couple;
    const newer = await server.open();
    await newer.enter(callId, secondHolder);
    lock(second, true);
    expect(await second.closed).toBe(CloseCode.superseded);
    expect(await first.next()).toMatchObject({ event: 'peer', data: { state: 'present' } });
    expect([await first.rest(), await newer.rest()]).toEqual([[], []]);
  });
});

describe('a block', () => {
  it('is a hang-up for the other, who may wait; the socket of who says it is closed with 1000', async () => {
    const { first, second } = couple;
    await hangUp(first, 'block');
    expect(await second.next()).toMatchObject({ event: 'peer', data: { state: 'left' } });
    expect(await second.rest()).toEqual([]);
  });

  it('said right before a close counts', async () => {
    const { first, second, secondHolder } = couple;
    first.send({ event: 'block', data: {} });
    first.socket.close();
    expect(await second.next()).toMatchObject({ event: 'peer', data: { state: 'left' } });
    expect((await knock(callId, secondHolder)).code).toBe(CloseCode.refused);
  });

  it('keeps who is blocked out, also with their ticket: they hear, byte for byte, what a full call says', async () => {
    const { first, second, secondHolder } = couple;
    second.socket.terminate();
    await first.until('peer');
    const back = await server.open();
    const { ticket } = await back.enter(callId, secondHolder);
    await hangUp(first, 'block');
    back.socket.terminate();
    const full = await knockOnFullCall();
    expect(await knock(callId, secondHolder, ticket)).toEqual(full);
    expect(await knock(callId, secondHolder)).toEqual(full);
  });

  it('sends who is blocked away as soon as somebody else comes, as the last word, and they do not meet', async () => {
    const { first, second } = couple;
    await hangUp(first, 'block');
    await second.until('peer');
    const third = await server.open();
    expect(await third.enter(callId)).toMatchObject({ peer: { state: 'absent' } });
    expect(await second.next()).toMatchObject({ event: 'refused', data: { reason: 'displaced' } });
    expect(await second.closed).toBe(CloseCode.refused);
    expect(await third.rest()).toEqual([]);
  });

  it('opens a lock, and the other hears no more than of an opening and a hang-up', async () => {
    const { first, second } = couple;
    lock(first, true);
    await second.until('locked');
    await hangUp(first, 'block');
    expect(await second.next()).toEqual({ event: 'locked', data: { on: false } });
    expect(await second.next()).toMatchObject({ event: 'peer', data: { state: 'left' } });
    expect(await second.rest()).toEqual([]);
    expect(await (await server.open()).enter(callId)).toMatchObject({ locked: false });
  });

  it('said late by a superseded connection bars nobody', async () => {
    const { first, second, secondHolder } = couple;
    const newer = await server.open();
    await newer.enter(callId, secondHolder);
    second.send({ event: 'block', data: {} });
    expect(await second.closed).toBe(CloseCode.superseded);
    expect(await first.next()).toMatchObject({ event: 'peer', data: { state: 'present' } });
    expect([await first.rest(), await newer.rest()]).toEqual([[], []]);
    newer.relay('hello');
    expect(await first.next()).toEqual({ event: 'relay', data: { payload: 'hello' } });
  });

  it('with nobody in the other seat is a hang-up', async () => {
    const { first, second, secondHolder } = couple;
    await hangUp(second, 'leave');
    await hangUp(first, 'block');
    expect(await (await server.open()).enter(callId, secondHolder)).toMatchObject({ seat: 0, epoch: 2 });
  });

  it('before enter is answered, and the socket goes on', async () => {
    const page = await server.open();
    page.send({ event: 'block', data: {} });
    expect(await page.next()).toMatchObject({ event: 'error', data: { reason: 'not-entered' } });
    await page.enter(newCallId());
  });
});
