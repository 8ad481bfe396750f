import {
  decodeRingNews,
  isCount,
  isFields,
  isOver,
  isRingId,
  isRingState,
  isSlug,
  parseJson,
  type Fields,
  type PeerChange,
  type PeerPresence,
  type RingNews,
  type RingState,
} from '../protocol/index.js';
import type { SeatNumber } from '../protocol/index.js';
import type { Message } from './call-machine.js';
import type { ConnectionId, Time } from './call-state.js';

/** One connection and what it is told. */
export type Tell = readonly [ConnectionId, Message];

/** What travels on a call's channel between server processes. Only they write there. */
export type Bulletin = CallBulletin | RingBulletin;

/** About the seats of a call. */
export type CallBulletin =
  | {
      readonly is: 'change';
      /** `born` of the state: tells whether the store has lost the call in between. */
      readonly born: Time;
      /** ms from now until the call changes by itself; null: never. A span, so that no process's clock matters. */
      readonly changesIn: number | null;
      readonly tells: readonly Tell[];
    }
  | {
      readonly is: 'relay';
      readonly from: { readonly seat: SeatNumber; readonly epoch: number };
      readonly payload: string;
    };

/** About ringing: presence brings it, and makes nothing of it. */
export type RingBulletin =
  /** To whoever waits in a call that rings somebody. */
  | { readonly is: 'ring'; readonly news: RingNews }
  /** To the open pages of a device: look at this ring; or it is over. */
  | { readonly is: 'rung'; readonly ringId: string; readonly over: RingState | null }
  /** To the same: there is no such device any more. */
  | { readonly is: 'forgotten' }
  /** To the same: so many wait in this link's line. */
  | { readonly is: 'line'; readonly slug: string; readonly waiting: number };

export const encodeBulletin = (bulletin: Bulletin): string => JSON.stringify(bulletin);

const isSeat = (value: unknown): value is SeatNumber => value === 0 || value === 1;

const PRESENCES: readonly unknown[] = ['absent', 'present', 'dropped'] satisfies PeerPresence[];
const CHANGES: readonly unknown[] = ['absent', 'present', 'dropped', 'left'] satisfies PeerChange[];

function isMessage(value: unknown): value is Message {
  if (!isFields(value)) return false;
  const { type, seat, epoch, born, at, peer, reason, state, on, locked } = value;
  switch (type) {
    case 'superseded':
    case 'not-together':
      return true;
    case 'locked':
      return typeof on === 'boolean';
    case 'refused':
      return reason === 'full' || reason === 'displaced';
    case 'peer':
      return CHANGES.includes(state) && isCount(epoch);
    case 'entered':
      return (
        isSeat(seat) &&
        [epoch, born, at].every(isCount) &&
        isFields(peer) &&
        PRESENCES.includes(peer['state']) &&
        isCount(peer['epoch']) &&
        (locked === undefined || locked === true)
      );
    default:
      return false;
  }
}

const isTell = (value: unknown): value is Tell =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && isMessage(value[1]);

function decodeRingBulletin({ is, news, ringId, over, slug, waiting }: Fields): RingBulletin | null {
  if (is === 'forgotten') return { is };
  if (is === 'line') return isSlug(slug) && isCount(waiting) ? { is, slug, waiting } : null;
  if (is === 'ring') {
    const decoded = decodeRingNews(news);
    return decoded.ok ? { is, news: decoded.value } : null;
  }
  if (is !== 'rung' || !isRingId(ringId)) return null;
  if (over === null) return { is, ringId, over };
  return isRingState(over) && isOver(over) ? { is, ringId, over } : null;
}

/** null: not one of ours (another version's server on the same store). */
export function decodeBulletin(text: string): Bulletin | null {
  const json = parseJson(text);
  if (!json.ok || !isFields(json.value)) return null;
  const { is, born, changesIn, tells, from, payload } = json.value;
  if (is === 'relay' && isFields(from) && typeof payload === 'string') {
    const { seat, epoch } = from;
    return isSeat(seat) && isCount(epoch) ? { is, from: { seat, epoch }, payload } : null;
  }
  if (is !== 'change') return decodeRingBulletin(json.value);
  if (!isCount(born) || (changesIn !== null && !isCount(changesIn))) return null;
  return Array.isArray(tells) && tells.every(isTell) ? { is, born, changesIn, tells } : null;
}
