import {
  decodeRingNews,
  decodeRung,
  DEVICE_ID_BYTES,
  DEVICE_SECRET_BYTES,
  isBase64Url,
  isCount,
  isFields,
  isSlug,
  type Decoded,
  type RingNews,
  type Rung,
} from '@protocol';
import type { KeptDevice, QuietHours } from './invites-db';

// The server's side of being rung (PROTOCOL.md, "Ringing"). Used by pages and by the service worker: no document here.

/** Why the server did not do it; each has its sentence on the page that asks. */
export type InvitesProblem =
  /** No answer: no network, no server, or the time limit. */
  | 'offline'
  /** 429 */
  | 'busy'
  /** 401: the server knows this device no more. */
  | 'unknown-device'
  /** 404 */
  | 'gone'
  /** 409 of something that is over: answered, declined, cancelled or missed. */
  | 'over'
  /** 409 of a link that takes no rings now. */
  | 'not-accepting'
  /** 400: the server does not take what was sent, e.g. a push service it does not know. */
  | 'refused'
  /** Everything else: the server cannot just now. */
  | 'unavailable';

export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: InvitesProblem };

/** A ring link, as its device is told of it. */
export interface RingLink {
  readonly slug: string;
  readonly accepting: boolean;
  /** UTC */
  readonly quietHours: QuietHours | null;
  /** Callers wait their turn; null: they do not, and a second one hears that the line is busy. */
  readonly line: RingLine | null;
}

export interface RingLine {
  readonly open: boolean;
  /** How long (minutes) a talk takes about; null: not said. */
  readonly minutes: number | null;
}

/** A ring link, as whoever opens it is told of it. */
export interface PublicLink {
  readonly accepting: boolean;
  readonly line: { readonly minutes: number | null } | null;
}

export interface MadeRing extends RingNews {
  /** ms since 1970, of the server's clock */
  readonly expiresAt: number;
}

/** How long (ms) the server may take. */
const TIME_LIMIT_MS = 15_000;

const failed = (problem: InvitesProblem): Answer<never> => ({ ok: false, problem });

async function problemOf(response: Response): Promise<InvitesProblem> {
  switch (response.status) {
    case 400:
    case 413:
      return 'refused';
    case 401:
      return 'unknown-device';
    case 404:
      return 'gone';
    case 409: {
      const body: unknown = await response.json().catch(() => null);
      const type = isFields(body) ? body['type'] : null;
      return typeof type === 'string' && type.endsWith(':ring-over') ? 'over' : 'not-accepting';
    }
    case 429:
      return 'busy';
    default:
      return 'unavailable';
  }
}

interface Asked {
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly device?: KeptDevice;
  /** It is sent even if the page goes away meanwhile. */
  readonly keepalive?: boolean;
}

/** Never throws: what went wrong is in the answer. `read`: what came, checked; null: it makes no sense. */
async function ask<T>(path: string, asked: Asked, read: (body: unknown) => T | null): Promise<Answer<T>> {
  const { method = 'GET', body, device, keepalive = false } = asked;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIME_LIMIT_MS);
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (device) headers['authorization'] = `Bearer ${device.deviceId}.${device.deviceSecret}`;
  try {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const init = { method, headers, keepalive, cache: 'no-store' as const, signal: abort.signal };
    const response = await fetch(path, { ...init, ...sent });
    if (!response.ok) return failed(await problemOf(response));
    const value = read(response.status === 204 ? null : await response.json());
    return value === null ? failed('unavailable') : { ok: true, value };
  } catch (problem) {
    // fetch rejects when no answer came; JSON that is none is an answer of nobody's server.
    return failed(problem instanceof SyntaxError ? 'unavailable' : 'offline');
  } finally {
    clearTimeout(timer);
  }
}

const nothing = (): true => true;
const valueOf = <T>(decoded: Decoded<T>): T | null => (decoded.ok ? decoded.value : null);

/** A list of which every entry must make sense. */
const listOf =
  <T>(read: (entry: unknown) => T | null) =>
  (body: unknown): readonly T[] | null => {
    if (!Array.isArray(body)) return null;
    const entries = body.map(read);
    return entries.every((entry) => entry !== null) ? entries : null;
  };

function readDevice(body: unknown): KeptDevice | null {
  if (!isFields(body)) return null;
  const { deviceId, deviceSecret } = body;
  if (!isBase64Url(deviceId, DEVICE_ID_BYTES) || !isBase64Url(deviceSecret, DEVICE_SECRET_BYTES)) return null;
  return { deviceId, deviceSecret };
}

const readMinutes = (value: unknown): number | null => (isCount(value) ? value : null);

function readLink(body: unknown): RingLink | null {
  if (!isFields(body) || !isSlug(body['slug'])) return null;
  const { slug, quietHours: quiet, line } = body;
  const quietHours =
    isFields(quiet) && isCount(quiet['from']) && isCount(quiet['to'])
      ? { from: quiet['from'], to: quiet['to'] }
      : null;
  return {
    slug,
    accepting: body['accepting'] === true,
    quietHours,
    line: isFields(line) ? { open: line['open'] === true, minutes: readMinutes(line['minutes']) } : null,
  };
}

function readPublicLink(body: unknown): PublicLink | null {
  if (!isFields(body)) return null;
  const { accepting, line } = body;
  return {
    accepting: accepting === true,
    line: isFields(line) ? { minutes: readMinutes(line['minutes']) } : null,
  };
}

function readMadeRing(body: unknown): MadeRing | null {
  const news = valueOf(decodeRingNews(body));
  const expires: unknown = isFields(body) ? body['expiresAt'] : null;
  const expiresAt = typeof expires === 'string' ? Date.parse(expires) : NaN;
  return news && Number.isFinite(expiresAt) ? { ...news, expiresAt } : null;
}

const readNews = (body: unknown): RingNews | null => valueOf(decodeRingNews(body));
const readRung = (body: unknown): Rung | null => valueOf(decodeRung(body));

const link = (slug: string): string => `/api/ring-links/${encodeURIComponent(slug)}`;
const ring = (ringId: string): string => `/api/rings/${encodeURIComponent(ringId)}`;
const SUBSCRIPTION = '/api/devices/me/push-subscription';

/** The device itself. */
export const makeDevice = () => ask('/api/devices', { method: 'POST', body: {} }, readDevice);
export const checkDevice = (device: KeptDevice) =>
  ask('/api/devices/me', { device }, (body) =>
    isFields(body) ? { pushSubscribed: body['pushSubscribed'] === true } : null,
  );
export const forgetDevice = (device: KeptDevice) =>
  ask('/api/devices/me', { method: 'DELETE', device }, nothing);
export const putSubscription = (device: KeptDevice, subscription: PushSubscriptionJSON) =>
  ask(SUBSCRIPTION, { method: 'PUT', device, body: subscription }, nothing);
export const dropSubscription = (device: KeptDevice) =>
  ask(SUBSCRIPTION, { method: 'DELETE', device }, nothing);

/** Its ring links. */
export const makeLink = (device: KeptDevice) =>
  ask('/api/ring-links', { method: 'POST', device, body: {} }, readLink);
export const listLinks = (device: KeptDevice) => ask('/api/ring-links', { device }, listOf(readLink));
export const changeLink = (device: KeptDevice, slug: string, change: Partial<Omit<RingLink, 'slug'>>) =>
  ask(link(slug), { method: 'PATCH', device, body: change }, readLink);
export const revokeLink = (device: KeptDevice, slug: string) =>
  ask(link(slug), { method: 'DELETE', device }, nothing);
/** The longest waiting caller; `{ rung: null }`: nobody waits. */
export const takeNext = (device: KeptDevice, slug: string) =>
  ask(`${link(slug)}/next`, { method: 'POST', device }, (body) => {
    if (body === null) return { rung: null };
    const rung = readRung(body);
    return rung && { rung };
  });

/** Rings of this device. */
export const listRings = (device: KeptDevice) => ask('/api/rings', { device }, listOf(readRung));
export const answerRing = (device: KeptDevice, ringId: string) =>
  ask(`${ring(ringId)}/answer`, { method: 'POST', device }, nothing);
export const declineRing = (device: KeptDevice, ringId: string, busy = false) =>
  ask(`${ring(ringId)}/decline`, { method: 'POST', device, body: busy ? { busy } : {} }, nothing);
/** Whoever rang so cannot ring that link again. It is sent even if the page goes away meanwhile. */
export const blockRing = (device: KeptDevice, ringId: string) =>
  ask(`${ring(ringId)}/block`, { method: 'POST', device, keepalive: true }, nothing);
/** Its trace was seen. */
export const dropRing = (device: KeptDevice, ringId: string) =>
  ask(ring(ringId), { method: 'DELETE', device }, nothing);

/** For a caller, who needs to be nobody. */
export const lookAtLink = (slug: string) => ask(link(slug), {}, readPublicLink);
export const makeRing = (
  slug: string,
  said: { readonly callId: string; readonly sealedKey: string; readonly caller: string },
) => ask(`${link(slug)}/rings`, { method: 'POST', body: said }, readMadeRing);
export const askRing = (ringId: string) => ask(ring(ringId), {}, readNews);
export const cancelRing = (ringId: string, keepalive = false) =>
  ask(`${ring(ringId)}/cancel`, { method: 'POST', keepalive }, nothing);

/** The key that push services know this server by; null: it has none. */
export const pushKey = () =>
  ask('/api/config', {}, (body) => {
    if (!isFields(body)) return null;
    const { vapidPublicKey } = body;
    return { key: typeof vapidPublicKey === 'string' && vapidPublicKey !== '' ? vapidPublicKey : null };
  });
