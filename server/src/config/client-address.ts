import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** An IPv4 address written as IPv6 (::ffff:192.0.2.1) is that IPv4 address. */
const plain = (address: string): string =>
  address.startsWith('::') ? address.replace(/^::ffff:(?=\d+\.)/i, '') : address;

function networksOf(networks: readonly string[]): BlockList {
  const trusted = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    trusted.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return trusted;
}

/**
 * Whose request this is: the peer of the TCP connection, or, when that is a trusted proxy, the nearest address in
 * `X-Forwarded-For` that is none. What a stranger writes into that header is never believed.
 */
export function addressReader(trustProxy: readonly string[]): (request: IncomingMessage) => string {
  const trusted = networksOf(trustProxy);
  const check = (address: string): boolean =>
    isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  // A proxy comes again and again.
  let last = { address: '', isTrusted: false };
  const isTrusted = (address: string): boolean => {
    if (last.address !== address) last = { address, isTrusted: check(address) };
    return last.isTrusted;
  };
  return (request) => {
    let address = plain(request.socket.remoteAddress ?? '');
    // Node puts several of them together with commas, as they came.
    let rest = String(request.headers['x-forwarded-for'] ?? '');
    // From the last, who is nearest, on.
    while (rest !== '' && isTrusted(address)) {
      const comma = rest.lastIndexOf(',');
      const hop = plain(rest.slice(comma + 1).trim());
      if (isIP(hop) === 0) break;
      address = hop;
      rest = comma === -1 ? '' : rest.slice(0, comma);
    }
    return address;
  };
}
