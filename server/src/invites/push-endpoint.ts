import type { PushHost } from '../config/push-hosts.js';

/** Where a browser wants its messages, as far as this server goes there; made by `checkPushEndpoint` only. */
export interface PushEndpoint {
  readonly url: URL;
  /** What its name may lead to: the internet, or this machine (a push service for tests). */
  readonly reach: PushHost['is'];
}

export type CheckedEndpoint =
  | { readonly ok: true; readonly endpoint: PushEndpoint }
  /** `problem`: a sentence for people. */
  | { readonly ok: false; readonly problem: string };

/** Characters. Those of the known push services have some 200 to 700. */
const MAX_LENGTH = 2048;

const refused = (problem: string): CheckedEndpoint => ({ ok: false, problem });

function matches(allowed: PushHost, host: string, port: number): boolean {
  if (allowed.is === 'loopback')
    return host === allowed.host && (allowed.port === 'any' || allowed.port === port);
  // A name with nothing between two dots is nobody's, and no parser refuses it.
  const isName = !host.startsWith('.') && !host.includes('..');
  const isBelow = host.endsWith(`.${allowed.host}`) && isName;
  return (host === allowed.host || isBelow) && port === allowed.port;
}

/**
 * May this server post there? A push endpoint is an address that a stranger makes this server call: only https, only to
 * the push services that are named in PUSH_ENDPOINT_ALLOW. Where the name leads is looked at when it is called
 * (push-transport.ts): names change their addresses.
 * @param text as it came from the browser
 */
export function checkPushEndpoint(text: string, allow: readonly PushHost[]): CheckedEndpoint {
  if (text.length > MAX_LENGTH) return refused(`"endpoint" must be at most ${MAX_LENGTH} characters.`);
  // What a parser would quietly take out of it would be another address than the one that was looked at.
  if (/[^\x21-\x7e]/.test(text) || !URL.canParse(text))
    return refused('"endpoint" must be an https address.');
  const url = new URL(text);
  if (url.protocol !== 'https:') return refused('"endpoint" must be an https address.');
  if (url.username !== '' || url.password !== '')
    return refused('"endpoint" must be without a name and a password.');
  if (url.hash !== '') return refused('"endpoint" must be without a "#".');
  const port = url.port === '' ? 443 : Number(url.port);
  const host = allow.find((allowed) => matches(allowed, url.hostname, port));
  return host
    ? { ok: true, endpoint: { url, reach: host.is } }
    : refused('"endpoint" must be at a push service that this server knows.');
}
