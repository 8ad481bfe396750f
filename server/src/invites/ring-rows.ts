import {
  isCallerName,
  isCallIdShaped,
  isFields,
  isSealedKey,
  type RingNews,
  type Rung,
} from '../protocol/index.js';
import { stateOf, type Ring, type Time } from './ring-machine.js';
import type { RingContent } from './request-bodies.js';
import type { RingEntity } from './ring.entity.js';
import type { SealedBox } from './sealed-box.js';

/** A ring with all that is needed to tell anybody of it. */
export interface KnownRing {
  readonly id: string;
  readonly slug: string;
  /** Whose link it is. */
  readonly deviceId: string;
  readonly madeAt: Time;
  readonly expiresAt: Time;
  readonly ring: Ring;
  /** null: nobody needs it any more. */
  readonly call: RingContent | null;
}

function ringOf({ state, reason, expiresAt, overAt }: RingEntity): Ring {
  const until = expiresAt.getTime();
  switch (state) {
    case 'ringing':
    case 'delivered':
    case 'waiting':
      return { is: state, until };
    case 'undelivered':
      return { is: state, until, reason: reason ?? 'no-device' };
    default:
      return { is: 'over', how: state, at: (overAt ?? expiresAt).getTime() };
  }
}

/** What was sealed, checked as anything from outside. */
function contentOf(value: unknown): RingContent | null {
  if (!isFields(value)) return null;
  const { callId, sealedKey, callerName } = value;
  if (!isCallIdShaped(callId) || !isSealedKey(sealedKey)) return null;
  return { callId, sealedKey, ...(isCallerName(callerName) ? { callerName } : {}) };
}

export const knownRing = (row: RingEntity, deviceId: string, box: SealedBox): KnownRing => ({
  id: row.id,
  slug: row.slug,
  deviceId,
  madeAt: row.madeAt.getTime(),
  expiresAt: row.expiresAt.getTime(),
  ring: ringOf(row),
  call: row.sealed && contentOf(box.open(row.id, row.sealed)),
});

/** What changes in a row with the ring. */
export const columnsOf = (ring: Ring): Pick<RingEntity, 'state' | 'reason' | 'overAt'> => ({
  state: stateOf(ring),
  reason: ring.is === 'undelivered' ? ring.reason : null,
  overAt: ring.is === 'over' ? new Date(ring.at) : null,
});

/** For its caller. */
export const newsOf = ({ id, ring }: Pick<KnownRing, 'id' | 'ring'>, place?: number): RingNews => ({
  ringId: id,
  state: stateOf(ring),
  ...(ring.is === 'waiting' && place !== undefined ? { place } : {}),
  ...(ring.is === 'undelivered' ? { reason: ring.reason } : {}),
});

/** For the device; null: what it needs is not kept any more. */
export function rungOf({ id, slug, call, ring, madeAt, expiresAt }: KnownRing): Rung | null {
  return call && { ringId: id, slug, ...call, state: stateOf(ring), madeAt, expiresAt };
}
