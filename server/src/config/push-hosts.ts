import { BlockList, isIP } from 'node:net';

/** A push service this server may post to. */
export type PushHost =
  /** That host and all below it, at that port. */
  | { readonly is: 'public'; readonly host: string; readonly port: number }
  /** This machine, under exactly that name: for tests. `any`: where PUBLIC_ORIGIN is this machine, too. */
  | { readonly is: 'loopback'; readonly host: string; readonly port: number | 'any' };

/** The port of https. */
const HTTPS_PORT = 443;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Is this address one of this machine's own? */
export const isLoopback = (address: string): boolean =>
  isIP(address) !== 0 && loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** `[::1]` → `::1`; names stay. */
export const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

const ENTRY = /^(?:\*?\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::([1-9]\d{0,4}))?$/i;

/**
 * `push.apple.com`, `*.push.apple.com` or `push.example:8443` → whom it means; `localhost:8443` or `127.0.0.1:8443`: a push
 * service on this machine. null: neither; a whole top-level domain or any other address cannot be meant.
 */
export function parsePushHost(entry: string): PushHost | null {
  const [, name = '', portText] = ENTRY.exec(entry) ?? [];
  const url = `https://${name}:${portText ?? HTTPS_PORT}`;
  if (name === '' || !URL.canParse(url)) return null;
  const host = new URL(url).hostname;
  const port = portText === undefined ? null : Number(portText);
  if (host === 'localhost' || isLoopback(withoutBrackets(host)))
    return { is: 'loopback', host, port: port ?? 'any' };
  const isName = isIP(withoutBrackets(host)) === 0 && host.includes('.');
  return isName ? { is: 'public', host, port: port ?? HTTPS_PORT } : null;
}
