import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import type { Bulletin } from './bulletin.js';
import { newCall, type Call } from './call-state.js';
import type { PresenceStore } from './presence-store.js';

/** A store under test. `open` gives what another server process would have: for one process, the same. */
export interface Subject {
  open(): Promise<PresenceStore>;
  close(): Promise<void>;
}

const LONG_MS = 60_000;
const MANY = Array.from({ length: 100 }, (_, number) => `news ${number}`);

/** Different ones, so that on a Cluster every node has some. */
const newCallId = () => randomBytes(21).toString('base64url');

const seated = (at: number): Call => ({
  ...newCall(at),
  met: true,
  seats: [
    { is: 'present', holder: 'h', connection: 'c', epoch: 3, claim: 0, leaseUntil: at + 1 },
    { is: 'dropped', holder: 'i', epoch: 2, claim: at, until: at + 2 },
  ],
});

const news = (payload: string): Bulletin => ({ is: 'relay', from: { seat: 0, epoch: 1 }, payload });

/** A change that was decided now, by what stood at `version`; whether it was made. */
async function swap(
  store: PresenceStore,
  callId: string,
  version: number,
  call: Call,
  ttlMs: number,
  bulletin?: Bulletin,
): Promise<boolean> {
  const { at } = await store.load(callId);
  return (await store.swap(callId, { version, at }, call, ttlMs, bulletin)).is === 'done';
}

/** Collects what arrives. */
function listenTo(store: PresenceStore) {
  const heard: { callId: string; bulletin: Bulletin }[] = [];
  store.listen({
    onBulletin: (callId, bulletin) => heard.push({ callId, bulletin }),
    onGap: () => undefined,
  });
  const textsOf = (callId: string) =>
    heard
      .filter((one) => one.callId === callId)
      .map(({ bulletin }) => (bulletin.is === 'relay' ? bulletin.payload : bulletin.is));
  return { heard, textsOf };
}

/** What any store of calls does. */
export function itKeepsCalls(name: string, start: () => Promise<Subject>): void {
  describe(`the store of calls: ${name}`, () => {
    let subject: Subject;
    let store: PresenceStore;
    let other: PresenceStore;
    let callId: string;
    beforeAll(async () => {
      subject = await start();
      [store, other] = [await subject.open(), await subject.open()];
    });
    afterAll(() => subject.close());
    beforeEach(() => {
      callId = newCallId();
    });

    it('has nothing about a call nobody was in, and tells its own time', async () => {
      const before = await store.load(callId);
      expect(before).toMatchObject({ call: null, version: 0 });
      expect(Number.isSafeInteger(before.at)).toBe(true);
      await until('its clock goes on', async () => (await store.load(callId)).at > before.at);
    });

    it('gives back what was written, to every process', async () => {
      const call = seated(1_700_000_000_000);
      expect(await swap(store, callId, 0, call, LONG_MS)).toBe(true);
      expect((await store.load(callId)).call).toEqual(call);
      expect((await other.load(callId)).call).toEqual(call);
    });

    it('writes only over the version that was loaded', async () => {
      await swap(store, callId, 0, newCall(1), LONG_MS);
      const { version } = await store.load(callId);
      expect(await swap(other, callId, 0, newCall(2), LONG_MS)).toBe(false);
      expect(await swap(other, callId, version, newCall(3), LONG_MS)).toBe(true);
      expect(await swap(store, callId, version, newCall(4), LONG_MS)).toBe(false);
      expect((await store.load(callId)).call).toEqual(newCall(3));
    });

    it('says how it stands to whom it was no longer as they thought', async () => {
      const { at } = await store.load(callId);
      const made = await store.swap(callId, { version: 0, at }, newCall(1), LONG_MS);
      const { version } = await other.load(callId);
      expect(made).toMatchObject({ is: 'done', version });
      const beaten = await other.swap(callId, { version: 0, at }, newCall(2), LONG_MS);
      expect(beaten).toMatchObject({ is: 'beaten', now: { call: newCall(1), version } });
      // Nothing is there any more: that, too, is how it stands.
      await swap(store, callId, version, newCall(1), 1);
      await until('it is forgotten', async () => (await store.load(callId)).call === null);
      const late = await store.swap(callId, { version, at }, newCall(3), LONG_MS);
      expect(late).toMatchObject({ is: 'beaten', now: { call: null, version: 0 } });
    });

    it('lets exactly one of many who write at the same time win', async () => {
      const stores = Array.from({ length: 20 }, (_, number) => (number % 2 === 0 ? store : other));
      const wins = await Promise.all(
        stores.map((one, number) => swap(one, callId, 0, newCall(number), LONG_MS, news(`news ${number}`))),
      );
      expect(wins.filter(Boolean)).toHaveLength(1);
      expect((await store.load(callId)).call).toEqual(newCall(wins.indexOf(true)));
    });

    it('forgets a call when its time is up, unless it was renewed', async () => {
      const renewed = newCallId();
      await swap(store, callId, 0, newCall(1), 30);
      await swap(store, renewed, 0, newCall(1), 30);
      const { version, call } = await store.load(renewed);
      // On a machine so slow that even this took 30 ms there is nothing to renew.
      if (call) await swap(store, renewed, version, newCall(2), LONG_MS);
      else await swap(store, renewed, 0, newCall(2), LONG_MS);
      await until('it is forgotten', async () => (await store.load(callId)).call === null);
      expect(await store.load(callId)).toMatchObject({ version: 0 });
      expect((await store.load(renewed)).call).toEqual(newCall(2));
    });

    it('does not take what was loaded before a call was forgotten for what came after', async () => {
      await swap(store, callId, 0, newCall(1), LONG_MS);
      const { version, call } = await store.load(callId);
      await swap(store, callId, version, call ?? newCall(1), 1);
      await until('it is forgotten', async () => (await store.load(callId)).call === null);
      await swap(store, callId, 0, newCall(2), LONG_MS);
      expect(await swap(other, callId, version, newCall(3), LONG_MS)).toBe(false);
    });

    it('publishes with a change, in the order of the changes, to everybody who subscribed', async () => {
      // In one process both are the same.
      const listening = [...new Set([store, other])].map((one) => listenTo(one));
      await store.subscribe(callId);
      await other.subscribe(callId);
      let from = store;
      for (const message of MANY) {
        const { version } = await from.load(callId);
        expect(await swap(from, callId, version, newCall(1), LONG_MS, news(message))).toBe(true);
        from = from === store ? other : store;
      }
      for (const { textsOf } of listening) {
        await until('all of it arrives', () => textsOf(callId).length >= MANY.length);
        expect(textsOf(callId)).toEqual(MANY);
      }
    });

    it('publishes nothing with a change that was not made', async () => {
      const { textsOf } = listenTo(store);
      await store.subscribe(callId);
      await swap(store, callId, 0, newCall(1), LONG_MS, news('made'));
      expect(await swap(store, callId, 0, newCall(2), LONG_MS, news('not made'))).toBe(false);
      await store.publish(callId, news('last'));
      await until('the last arrives', () => textsOf(callId).includes('last'));
      expect(textsOf(callId)).toEqual(['made', 'last']);
    });

    it('brings messages in the order they were published, and only of calls that were subscribed', async () => {
      const [quiet, { heard, textsOf }] = [newCallId(), listenTo(store)];
      await store.subscribe(callId);
      await Promise.all(
        MANY.flatMap((text) => [other.publish(quiet, news(text)), other.publish(callId, news(text))]),
      );
      await until('all of it arrives', () => textsOf(callId).length >= MANY.length);
      expect(textsOf(callId)).toEqual(MANY);
      expect(heard.filter((one) => one.callId === quiet)).toEqual([]);
    });

    it('brings nothing of a call any more that was unsubscribed, and everything again after subscribing again', async () => {
      const [stays, { textsOf }] = [newCallId(), listenTo(store)];
      await store.subscribe(callId);
      await store.subscribe(stays);
      await store.unsubscribe(callId);
      await other.publish(callId, news('unheard'));
      await store.subscribe(callId);
      await other.publish(callId, news('heard'));
      await until('it arrives', () => textsOf(callId).includes('heard'));
      expect(textsOf(callId)).toEqual(['heard']);
    });

    it('says that it is there', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}
