import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** An IPv4 address written as IPv6 (::ffff:192.0.2.1) is that IPv4 address. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

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
    const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    for (const hop of forwarded.reverse().map((part) => plain(part.trim()))) {
      if (!isTrusted(address) || isIP(hop) === 0) break;
      address = hop;
    }
    return address;
  };
}
