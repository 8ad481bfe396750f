import { bad, good, isBase64Url, isCount, isFields, parseJson, type Decoded, type Fields } from './decode.js';
import { decodeAttend, type AttendFrame } from './attend.js';
import type { RingFrame } from './rings.js';
import type { SeatNumber } from './seats.js';

/** Frames larger than this (bytes) close the socket with 1009. */
export const MAX_FRAME_BYTES = 64 * 1024;

/** Bytes of the secret a browser keeps per person and call. */
export const HOLDER_BYTES = 16;

/** Longest ticket (characters) anybody reads. */
export const MAX_TICKET_LENGTH = 512;

/** WebSocket close codes that say more than "closed". */
export const CloseCode = {
  /** You hung up. */
  left: 1000,
  /** The server stops; come back in a moment. */
  goingAway: 1001,
  /** A binary frame: this protocol is text. */
  unsupported: 1003,
  /** Abuse: a flood, or unusable frames again and again. */
  policy: 1008,
  /** A frame over MAX_FRAME_BYTES. */
  tooBig: 1009,
  /** The server lost track of this connection (its store was away); come back with the ticket. */
  lostTrack: 1012,
  /** What was to be sent piled up unread; come back in a moment. */
  tooSlow: 1013,
  /** A newer connection of the same person holds the seat. */
  superseded: 4001,
  /** `refused` was sent before. */
  refused: 4002,
} as const;

export type RefusedReason =
  'full' | 'displaced' | 'unknown-call' | 'unavailable' | 'too-many-requests' | 'bad-message';

const REFUSED_REASONS: readonly RefusedReason[] = [
  'full',
  'displaced',
  'unknown-call',
  'unavailable',
  'too-many-requests',
  'bad-message',
];

/** How the other seat is, as told inside `entered`. */
export type PeerPresence = 'absent' | 'present' | 'dropped';
/** What happened to the other seat. `left`: hung up; `absent`: the grace period ran out. */
export type PeerChange = 'present' | 'dropped' | 'left' | 'absent';

export interface IceServer {
  readonly urls: readonly string[];
}

/** Browser → server. */
export type ClientFrame =
  | { event: 'enter'; data: { callId: string; holder: string; ticket?: string } }
  | { event: 'relay'; data: { payload: string } }
  | { event: 'pulse'; data: { peerAlive: boolean } }
  | { event: 'leave'; data: Record<string, never> }
  | { event: 'lock'; data: { on: boolean } }
  | { event: 'block'; data: Record<string, never> }
  | AttendFrame;

/** What a browser learns when it has its seat. */
export interface Entered {
  readonly seat: SeatNumber;
  /** Grows with each new connection of this seat. */
  readonly epoch: number;
  /** Signed proof of this seat; good for getting it back even when the store has lost everything. */
  readonly ticket: string;
  readonly peer: { readonly state: PeerPresence; readonly epoch: number };
  /** Is the call bound to its two people? */
  readonly locked: boolean;
  readonly iceServers: readonly IceServer[];
  /** How often (ms) a page is expected to say `pulse`. */
  readonly pulseMs: number;
  /** How long (ms) a dropped seat is kept. */
  readonly graceMs: number;
}

/** Why a message could not be used; the socket stays open. */
export type ErrorReason =
  | 'not-json'
  | 'not-a-message'
  | 'unknown-event'
  | 'wrong-fields'
  | 'not-entered'
  | 'already-entered'
  | 'not-together'
  | 'too-fast';

/** Server → browser. */
export type ServerFrame =
  | { event: 'entered'; data: Entered }
  | { event: 'refused'; data: { reason: RefusedReason; detail: string } }
  | { event: 'peer'; data: { state: PeerChange; epoch: number } }
  | { event: 'locked'; data: { on: boolean } }
  | { event: 'relay'; data: { payload: string } }
  | { event: 'pulse'; data: Record<string, never> }
  | { event: 'superseded'; data: Record<string, never> }
  | { event: 'error'; data: { reason: ErrorReason; detail: string } };

export const encodeFrame = (frame: ClientFrame | ServerFrame | RingFrame): string => JSON.stringify(frame);

/** Why a frame is unusable: a stable code for programs, a sentence for people. */
export interface FrameProblem {
  reason: ErrorReason;
  detail: string;
}
export type DecodedFrame<F> = { ok: true; value: F } | { ok: false; problem: FrameProblem };

const unusable = <F>(reason: ErrorReason, detail: string): DecodedFrame<F> => ({
  ok: false,
  problem: { reason, detail },
});

function decodeFrame<F extends { event: string }>(
  text: string,
  fieldsOf: Readonly<Record<string, (data: Fields) => Decoded<F>>>,
): DecodedFrame<F> {
  const json = parseJson(text);
  if (!json.ok) return unusable('not-json', 'The frame is not JSON.');
  const frame = json.value;
  if (!isFields(frame) || typeof frame['event'] !== 'string') {
    return unusable('not-a-message', 'A frame is {"event": …, "data": …} with a text event.');
  }
  const decode = Object.hasOwn(fieldsOf, frame['event']) ? fieldsOf[frame['event']] : undefined;
  if (!decode) return unusable('unknown-event', 'This event is not known here.');
  const data = frame['data'] ?? {};
  if (!isFields(data)) return unusable('wrong-fields', '"data" must be an object.');
  const decoded = decode(data);
  return decoded.ok ? decoded : unusable('wrong-fields', decoded.problem);
}

function decodeEnter(data: Fields): Decoded<ClientFrame> {
  const { callId, holder, ticket } = data;
  if (typeof callId !== 'string') return bad('"callId" must be text.');
  if (callId === '') return bad('"callId" is empty; it must be the part of the link between /c/ and #.');
  if (!isBase64Url(holder, HOLDER_BYTES)) return bad('"holder" must be 22 base64url characters (128 bits).');
  if (ticket === undefined) return good({ event: 'enter', data: { callId, holder } });
  if (typeof ticket !== 'string' || ticket.length > MAX_TICKET_LENGTH)
    return bad('"ticket" must be text of at most 512 characters.');
  return good({ event: 'enter', data: { callId, holder, ticket } });
}

function decodeRelay(data: Fields): Decoded<{ event: 'relay'; data: { payload: string } }> {
  const { payload } = data;
  return typeof payload === 'string'
    ? good({ event: 'relay', data: { payload } })
    : bad('"payload" must be text.');
}

function decodePulse(data: Fields): Decoded<ClientFrame> {
  const { peerAlive } = data;
  return typeof peerAlive === 'boolean'
    ? good({ event: 'pulse', data: { peerAlive } })
    : bad('"peerAlive" must be true or false.');
}

function decodeLock<E extends 'lock' | 'locked'>(event: E) {
  return ({ on }: Fields): Decoded<{ event: E; data: { on: boolean } }> =>
    typeof on === 'boolean' ? good({ event, data: { on } }) : bad('"on" must be true or false.');
}

const CLIENT_EVENTS: Readonly<Record<ClientFrame['event'], (data: Fields) => Decoded<ClientFrame>>> = {
  enter: decodeEnter,
  relay: decodeRelay,
  pulse: decodePulse,
  leave: () => good({ event: 'leave', data: {} }),
  lock: decodeLock('lock'),
  block: () => good({ event: 'block', data: {} }),
  attend: decodeAttend,
};

/** What a browser said. */
export const decodeClientFrame = (text: string): DecodedFrame<ClientFrame> =>
  decodeFrame<ClientFrame>(text, CLIENT_EVENTS);

function decodeIceServers(value: unknown): Decoded<IceServer[]> {
  if (!Array.isArray(value)) return bad('"iceServers" must be a list.');
  const servers: IceServer[] = [];
  for (const entry of value as unknown[]) {
    const urls: unknown = isFields(entry) ? entry['urls'] : undefined;
    const list: unknown[] = Array.isArray(urls) ? urls : [urls];
    if (!list.every((url): url is string => typeof url === 'string')) return bad('"urls" must be text.');
    servers.push({ urls: list });
  }
  return good(servers);
}

const isSeat = (value: unknown): value is SeatNumber => value === 0 || value === 1;
const isPresence = (value: unknown): value is PeerPresence =>
  value === 'absent' || value === 'present' || value === 'dropped';
const isChange = (value: unknown): value is PeerChange => isPresence(value) || value === 'left';

function decodeEntered(data: Fields): Decoded<ServerFrame> {
  // An older server says nothing of locks, and has none.
  const { seat, epoch, ticket, peer, locked = false, pulseMs, graceMs } = data;
  const iceServers = decodeIceServers(data['iceServers']);
  if (!isSeat(seat) || !isCount(epoch) || typeof ticket !== 'string') return bad('"entered" is incomplete.');
  if (!isFields(peer) || !isPresence(peer['state']) || !isCount(peer['epoch']))
    return bad('"peer" is wrong.');
  if (typeof locked !== 'boolean') return bad('"locked" must be true or false.');
  if (!isCount(pulseMs) || !isCount(graceMs)) return bad('"pulseMs" and "graceMs" must be milliseconds.');
  if (!iceServers.ok) return iceServers;
  const other = { state: peer['state'], epoch: peer['epoch'] };
  return good({
    event: 'entered',
    data: { seat, epoch, ticket, peer: other, locked, iceServers: iceServers.value, pulseMs, graceMs },
  });
}

/** What is no text says nothing. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function decodeRefused(data: Fields): Decoded<ServerFrame> {
  const reason = REFUSED_REASONS.find((known) => known === data['reason']);
  if (!reason) return bad('"reason" is not known here.');
  return good({ event: 'refused', data: { reason, detail: textOf(data['detail']) } });
}

function decodePeer(data: Fields): Decoded<ServerFrame> {
  const { state, epoch } = data;
  if (!isChange(state) || !isCount(epoch)) return bad('"peer" needs a known state and an epoch.');
  return good({ event: 'peer', data: { state, epoch } });
}

function decodeError(data: Fields): Decoded<ServerFrame> {
  // A newer server may know reasons this page does not: they are read, not judged.
  const reason = textOf(data['reason']) as ErrorReason;
  return good({ event: 'error', data: { reason, detail: textOf(data['detail']) } });
}

const SERVER_EVENTS: Readonly<Record<ServerFrame['event'], (data: Fields) => Decoded<ServerFrame>>> = {
  entered: decodeEntered,
  refused: decodeRefused,
  peer: decodePeer,
  locked: decodeLock('locked'),
  relay: decodeRelay,
  error: decodeError,
  pulse: () => good({ event: 'pulse', data: {} }),
  superseded: () => good({ event: 'superseded', data: {} }),
};

/** What the server said. */
export const decodeServerFrame = (text: string): DecodedFrame<ServerFrame> =>
  decodeFrame<ServerFrame>(text, SERVER_EVENTS);
