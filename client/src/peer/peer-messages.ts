import { NETWORK_KINDS, type NetworkKind } from './network-kind';
import { bad, good, isCount, isFields, toBase64Url, type Decoded, type Fields } from '@protocol';

/** One page that joined: random, new with every join. Tells a page that came back from one that was merely reconnected. */
export type Instance = string;

const INSTANCE_BYTES = 6;

export const newInstance = (): Instance =>
  toBase64Url(crypto.getRandomValues(new Uint8Array(INSTANCE_BYTES)));

/** What another page must know to use a message: who says it, to whom, about which connection between the two. */
export interface Envelope {
  readonly from: Instance;
  /** Absent while the sender does not know the other page yet. */
  readonly to?: Instance;
  /** Which RTCPeerConnection between these two pages; only seat 0 begins a new one. */
  readonly generation: number;
}

export type PeerBody =
  /** I have just connected to the server, and this is the page I am. */
  | { readonly kind: 'hello' }
  /** `id` ties an answer to its offer, so that repeated ones are harmless. `media`: what the sender has on. */
  | {
      readonly kind: 'offer' | 'answer';
      readonly id: number;
      readonly sdp: string;
      readonly media: MediaFlags;
    }
  | { readonly kind: 'candidates'; readonly candidates: readonly string[] }
  /**
   * Seat 1 asks: only seat 0 restarts or begins anew. `after`: the newest offer it has taken; a wish that arrives late,
   * when there is a newer offer, is fulfilled already.
   */
  | { readonly kind: 'please'; readonly what: 'restart' | 'renew'; readonly after: number }
  /** Connecting takes long; this is what the sender's network does, as far as it knows. */
  | { readonly kind: 'network'; readonly network: NetworkKind };

export interface MediaFlags {
  readonly camera: boolean;
  readonly microphone: boolean;
}

export type PeerMessage = Envelope & { readonly body: PeerBody };

const LONGEST_SDP = 100_000;
const MOST_CANDIDATES = 100;

/** Short keys: these are relayed, and a call has a budget of bytes. */
export function encodePeerMessage({ from, to, generation, body }: PeerMessage): Fields {
  const envelope = { f: from, ...(to === undefined ? {} : { t: to }), g: generation };
  if (body.kind === 'hello') return { ...envelope, k: 'h' };
  if (body.kind === 'please') return { ...envelope, k: body.what === 'restart' ? 'r' : 'n', i: body.after };
  if (body.kind === 'candidates') return { ...envelope, k: 'c', c: body.candidates };
  if (body.kind === 'network') return { ...envelope, k: 'w', w: body.network };
  const media = (body.media.camera ? 1 : 0) + (body.media.microphone ? 2 : 0);
  return { ...envelope, k: body.kind === 'offer' ? 'o' : 'a', i: body.id, m: media, s: body.sdp };
}

function decodeDescription(kind: 'offer' | 'answer', { i, m, s }: Fields): Decoded<PeerBody> {
  if (!isCount(i) || !isCount(m) || typeof s !== 'string' || s.length > LONGEST_SDP) {
    return bad('a description is incomplete');
  }
  return good({ kind, id: i, sdp: s, media: { camera: (m & 1) !== 0, microphone: (m & 2) !== 0 } });
}

function decodeCandidates({ c }: Fields): Decoded<PeerBody> {
  if (!Array.isArray(c) || c.length > MOST_CANDIDATES) return bad('candidates must be a short list');
  const texts = c.filter((text): text is string => typeof text === 'string' && text.length < 1000);
  return texts.length === c.length
    ? good({ kind: 'candidates', candidates: texts })
    : bad('candidates must be text');
}

function decodeNetwork({ w }: Fields): Decoded<PeerBody> {
  const network = NETWORK_KINDS.find((kind) => kind === w);
  return network ? good({ kind: 'network', network }) : bad('a network of a kind that is not known here');
}

const decodeWish = (what: 'restart' | 'renew', { i }: Fields): Decoded<PeerBody> =>
  isCount(i) ? good({ kind: 'please', what, after: i }) : bad('a wish without the offer it is about');

function decodeBody(fields: Fields): Decoded<PeerBody> {
  switch (fields['k']) {
    case 'h':
      return good({ kind: 'hello' });
    case 'o':
      return decodeDescription('offer', fields);
    case 'a':
      return decodeDescription('answer', fields);
    case 'c':
      return decodeCandidates(fields);
    case 'w':
      return decodeNetwork(fields);
    case 'r':
      return decodeWish('restart', fields);
    case 'n':
      return decodeWish('renew', fields);
    default:
      return bad('a kind that is not known here');
  }
}

const isInstance = (value: unknown): value is Instance =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{8}$/.test(value);

/** What another browser sent, by whichever way it came. */
export function decodePeerMessage(value: unknown): Decoded<PeerMessage> {
  if (!isFields(value)) return bad('not an object');
  const { f: from, t: to, g: generation } = value;
  if (!isInstance(from) || !isCount(generation)) return bad('no sender');
  if (to !== undefined && !isInstance(to)) return bad('a wrong addressee');
  const body = decodeBody(value);
  if (!body.ok) return body;
  return good({ from, ...(to === undefined ? {} : { to }), generation, body: body.value });
}
