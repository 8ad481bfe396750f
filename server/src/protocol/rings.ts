import { bad, good, isBase64Url, isCount, isFields, parseJson, type Decoded, type Fields } from './decode.js';
import { isCallIdShaped } from './links.js';

// Ringing: what a caller, a device that is rung, and the server say to each other. PROTOCOL.md, "Ringing".

/** Bytes of a ring link's name in an address: unguessable, and all the server knows of it. */
export const SLUG_BYTES = 12;
/** Bytes of a ring's id: whoever knows it is its caller, or the device that was rung. */
export const RING_ID_BYTES = 16;
/** Bytes of what a browser is called by one ring link, and by no other: chosen by the browser (`caller`). */
export const CALLER_BYTES = 16;
/** Bytes of a P-256 public key, uncompressed: what follows the # of a ring link. */
export const RING_KEY_BYTES = 65;
/** Longest (characters) name a caller may give in the clear. Our own pages seal it. */
export const MAX_CALLER_NAME = 64;
/** Longest (characters, base64url) `sealedKey`: together with the rest it must fit a push message (4096 bytes). */
export const MAX_SEALED_KEY = 2048;
/** ms somebody is rung. */
export const RING_MS = 45_000;

/** How a ring stands. Until `answered`, `declined`, `busy`, `missed`, `cancelled` or `closed` it goes on. */
export type RingState =
  /** Made; on its way. */
  | 'ringing'
  /** The push service has taken it, or an open page of the device has it. */
  | 'delivered'
  /** It could not be brought to the device yet; it is tried again, and an open page still gets it. */
  | 'undelivered'
  /** In a line; `place` says how many are before this one, this one included. */
  | 'waiting'
  | 'answered'
  | 'declined'
  /** The device is being rung by somebody else, or says so itself. */
  | 'busy'
  | 'missed'
  | 'cancelled'
  /** The link was taken back, or lost its line, before it was this caller's turn. */
  | 'closed';

const RING_STATES: readonly RingState[] = [
  'ringing',
  'delivered',
  'undelivered',
  'waiting',
  'answered',
  'declined',
  'busy',
  'missed',
  'cancelled',
  'closed',
];

const OVER: readonly RingState[] = ['answered', 'declined', 'busy', 'missed', 'cancelled', 'closed'];
export const isOver = (state: RingState): boolean => OVER.includes(state);

/** Why a ring is `undelivered`. */
export type UndeliveredReason =
  /** The device takes no messages any more (404, 410), or never did. */
  | 'no-device'
  /** The push service does not answer, or fails (time-out, 5xx). */
  | 'service-down'
  /** The push service asks to come again later (429). */
  | 'service-busy'
  /** The push service does not take the message (400, 401, 413). */
  | 'refused';

const REASONS: readonly UndeliveredReason[] = ['no-device', 'service-down', 'service-busy', 'refused'];

/** How a ring stands, as its caller is told: over the socket of the call it belongs to, and by `GET /api/rings/:ringId`. */
export interface RingNews {
  readonly ringId: string;
  readonly state: RingState;
  /** With `waiting`: 1 is next. */
  readonly place?: number;
  /** With `undelivered`. */
  readonly reason?: UndeliveredReason;
}

/** A ring, as the device hears of it: by push, over its own socket, and by `GET /api/rings`. */
export interface Rung {
  readonly ringId: string;
  readonly slug: string;
  readonly callId: string;
  /** HPKE to the ring link's key: the call's key, the caller's name, and a way back. base64url. */
  readonly sealedKey: string;
  readonly callerName?: string;
  /** How it stood when this was said. */
  readonly state: RingState;
  /** ms since 1970 */
  readonly madeAt: number;
  readonly expiresAt: number;
}

/** What a push message holds. `over`: what the notification of this ring is to be replaced by. */
export type PushPayload =
  | { readonly kind: 'ring'; readonly ring: Rung }
  /** Too much for the push service: the device asks for the rest (`GET /api/rings`). */
  | { readonly kind: 'look'; readonly ringId: string }
  | { readonly kind: 'over'; readonly ringId: string; readonly state: RingState };

/** Server → browser, besides those of a call (frames.ts). */
export type RingFrame =
  /** To a caller. */
  | { event: 'ring'; data: RingNews }
  /** To an open page of the device (`attend`): somebody rings. */
  | { event: 'rung'; data: Rung }
  /** To the same: it is over, or was never for long. */
  | { event: 'rung-over'; data: { ringId: string; state: RingState } }
  /** To the same: so many wait in the line of this link. */
  | { event: 'line'; data: { slug: string; waiting: number } }
  /** To the same: all that was to be told at the beginning is told. `pulseMs`: how often it is to say `pulse`. */
  | { event: 'attended'; data: { pulseMs: number } };

export const isSlug = (value: unknown): value is string => isBase64Url(value, SLUG_BYTES);
export const isCaller = (value: unknown): value is string => isBase64Url(value, CALLER_BYTES);
export const isRingId = (value: unknown): value is string => isBase64Url(value, RING_ID_BYTES);
export const isRingKey = (value: unknown): value is string => isBase64Url(value, RING_KEY_BYTES);

/** The address somebody gives to others to be rung. */
export const ringLink = (origin: string, slug: string, publicKey: string): string =>
  `${origin}/r/${slug}#${publicKey}`;

/** What somebody pasted → a ring link's parts; null when it is none. As forgiving as `parseCallLink`. */
export function parseRingLink(text: string): { slug: string; publicKey: string } | null {
  const [, slug, publicKey] = /(?:^|\/)r\/([\w-]+)\/?(?:\?[^#\s]*)?#([\w-]+)/.exec(text.trim()) ?? [];
  return isSlug(slug) && isRingKey(publicKey) ? { slug, publicKey } : null;
}

const stateOf = (value: unknown): RingState | undefined => RING_STATES.find((known) => known === value);
export const isRingState = (value: unknown): value is RingState => stateOf(value) !== undefined;

/** What a page is told of its ring. */
export function decodeRingNews(data: unknown): Decoded<RingNews> {
  if (!isFields(data)) return bad('A ring must be an object.');
  const { ringId, place } = data;
  const state = stateOf(data['state']);
  if (!isRingId(ringId) || !state) return bad('A ring needs a "ringId" and a known "state".');
  const reason = REASONS.find((known) => known === data['reason']);
  return good({
    ringId,
    state,
    ...(isCount(place) ? { place } : {}),
    ...(reason ? { reason } : {}),
  });
}

export const isSealedKey = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]+$/.test(value) && value.length <= MAX_SEALED_KEY;

/** Control characters, halves of characters, other lines, and what turns the direction of the text around it. */
const NOT_OF_A_NAME = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u;

export const isCallerName = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_CALLER_NAME && !NOT_OF_A_NAME.test(value);

export function decodeRung(data: unknown): Decoded<Rung> {
  if (!isFields(data)) return bad('A ring must be an object.');
  const { ringId, slug, callId, sealedKey, callerName, madeAt, expiresAt } = data;
  const state = stateOf(data['state']);
  if (!isRingId(ringId) || !isSlug(slug) || !state) return bad('"ringId", "slug" or "state" is wrong.');
  if (!isCallIdShaped(callId) || !isSealedKey(sealedKey)) return bad('"callId" or "sealedKey" is wrong.');
  if (!isCount(madeAt) || !isCount(expiresAt)) return bad('"madeAt" and "expiresAt" must be milliseconds.');
  const named = isCallerName(callerName) ? { callerName } : {};
  return good({ ringId, slug, callId, sealedKey, ...named, state, madeAt, expiresAt });
}

/** What a push message says; whoever reads it has decrypted it already. */
export function decodePushPayload(text: string): Decoded<PushPayload> {
  const json = parseJson(text);
  if (!json.ok || !isFields(json.value)) return bad('not an object of JSON');
  const { kind, ringId, ring } = json.value;
  if (kind === 'ring') {
    const rung = decodeRung(ring);
    return rung.ok ? good({ kind, ring: rung.value }) : rung;
  }
  if (!isRingId(ringId)) return bad('"ringId" is wrong.');
  const state = stateOf(json.value['state']);
  if (kind === 'look') return good({ kind, ringId });
  return kind === 'over' && state ? good({ kind, ringId, state }) : bad('"kind" is not known here.');
}

function decodeLine({ slug, waiting }: Fields): Decoded<RingFrame> {
  return isSlug(slug) && isCount(waiting)
    ? good({ event: 'line', data: { slug, waiting } })
    : bad('"line" needs a slug and a number.');
}

function decodeRungOver(data: Fields): Decoded<RingFrame> {
  const { ringId } = data;
  const state = stateOf(data['state']);
  return isRingId(ringId) && state
    ? good({ event: 'rung-over', data: { ringId, state } })
    : bad('"rung-over" needs a ring and a state.');
}

const decodeAttended = ({ pulseMs }: Fields): Decoded<RingFrame> =>
  isCount(pulseMs)
    ? good({ event: 'attended', data: { pulseMs } })
    : bad('"attended" needs "pulseMs", in milliseconds.');

const mapped = <T>(decoded: Decoded<T>, frame: (value: T) => RingFrame): Decoded<RingFrame> =>
  decoded.ok ? good(frame(decoded.value)) : decoded;

/** A frame about ringing; not ok: it is none. Apart from `decodeServerFrame`, as most pages ring nobody. */
export function decodeRingFrame(text: string): Decoded<RingFrame> {
  const json = parseJson(text);
  if (!json.ok || !isFields(json.value)) return bad('not a frame');
  const { event, data } = json.value;
  if (!isFields(data)) return bad('"data" must be an object.');
  switch (event) {
    case 'ring':
      return mapped(decodeRingNews(data), (news) => ({ event, data: news }));
    case 'rung':
      return mapped(decodeRung(data), (rung) => ({ event, data: rung }));
    case 'rung-over':
      return decodeRungOver(data);
    case 'line':
      return decodeLine(data);
    case 'attended':
      return decodeAttended(data);
    default:
      return bad('not about ringing');
  }
}
