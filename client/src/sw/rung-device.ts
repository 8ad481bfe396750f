import { decodePushPayload, type Rung } from '@protocol';
import * as api from '../invites/invites-api';
import { devices, links, THIS_DEVICE, traces, type KeptTrace } from '../invites/invites-db';
import { openRing } from '../invites/ring-seal';
import { ringOf } from './notes';
import type { News, OpenedRing } from './notification-machine';

declare const self: ServiceWorkerGlobalScope;

// What this browser knows of who rings it, and can ask.

/** ms for what stands between a push and its notification: browsers want one soon, and whoever rings waits. */
const LOOK_MS = 5_000;

async function openRung(ring: Rung): Promise<OpenedRing> {
  const link = await links.get(ring.slug);
  const words = link ? await openRing(link, ring, ring.sealedKey) : null;
  return { ring, words, link: link?.name ?? '' };
}

async function askFor(ringId: string): Promise<OpenedRing | null> {
  const device = await devices.get(THIS_DEVICE);
  const rings = device ? await api.listRings(device) : null;
  const ring = rings?.ok ? rings.value.find((each) => each.ringId === ringId) : undefined;
  return ring ? openRung(ring) : null;
}

/** The ring that is over: from its notification, if that is still there; from a page that heard of it first; or by asking. */
async function ringThatIsOver(ringId: string): Promise<OpenedRing | KeptTrace | null> {
  for (const { data } of await self.registration.getNotifications({ tag: ringId })) {
    const ring = ringOf(data);
    if (ring?.ok) return openRung(ring.value);
  }
  return (await traces.get(ringId)) ?? askFor(ringId);
}

async function read(text: string): Promise<News> {
  const payload = decodePushPayload(text);
  if (!payload.ok) return { is: 'unread', ringId: null };
  const { value } = payload;
  switch (value.kind) {
    case 'ring':
      return { is: 'ring', opened: await openRung(value.ring) };
    case 'look': {
      const opened = await askFor(value.ringId);
      return opened ? { is: 'ring', opened } : { is: 'unread', ringId: value.ringId };
    }
    case 'over': {
      const { ringId, state } = value;
      return { is: 'over', ringId, state, known: await ringThatIsOver(ringId) };
    }
  }
}

/** What is known when everything else takes too long, or breaks. */
function briefly(text: string): News {
  const payload = decodePushPayload(text);
  if (!payload.ok) return { is: 'unread', ringId: null };
  const { value } = payload;
  if (value.kind === 'ring') return { is: 'ring', opened: { ring: value.ring, words: null, link: '' } };
  if (value.kind === 'over') return { is: 'over', ringId: value.ringId, state: value.state, known: null };
  return { is: 'unread', ringId: value.ringId };
}

/** Reads what a push has brought; in time, and whatever it holds. */
export async function readNews(text: string): Promise<News> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<News>((done) => (timer = setTimeout(() => done(briefly(text)), LOOK_MS)));
  const news = await Promise.race([read(text).catch(() => briefly(text)), late]);
  clearTimeout(timer);
  return news;
}

export type Answered =
  | { readonly is: 'answered'; readonly callId: string; readonly key: string }
  /** `failed`: nobody knows; the page asks again. */
  | { readonly is: 'over' | 'failed' };

/** Accepts a ring. The key comes out of what was sealed, here and now: no notification keeps it. */
export async function answer(ring: Rung): Promise<Answered> {
  const device = await devices.get(THIS_DEVICE);
  if (!device) return { is: 'failed' };
  const [answered, { words }] = await Promise.all([api.answerRing(device, ring.ringId), openRung(ring)]);
  if (answered.ok) return words ? { is: 'answered', callId: ring.callId, key: words.key } : { is: 'failed' };
  return { is: answered.problem === 'over' || answered.problem === 'gone' ? 'over' : 'failed' };
}

export async function decline(ringId: string): Promise<void> {
  const device = await devices.get(THIS_DEVICE);
  // What cannot be told now is over within a minute all the same.
  if (device) await api.declineRing(device, ringId);
}
