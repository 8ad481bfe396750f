import { BlockList, isIP } from 'node:net';

/** Networks that are not the internet, or not one host of it: IANA's special-purpose registries, RFC 6890 and later. */
const NOT_PUBLIC_V4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // behind a carrier's translation
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, and what clouds tell their machines
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
] as const;

/** All that is given to hosts (RFC 4291); not in it: loopback, link-local, unique local, mapped IPv4, multicast. */
const UNICAST_V6 = ['2000::/3'] as const;

/** Of these, what is no host of the internet, or wraps an IPv4 address and hides where it leads. */
const NOT_PUBLIC_V6 = [
  '2001::/23', // protocol assignments, Teredo among them
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '3fff::/20', // documentation
] as const;

function listOf(networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

const notPublicV4 = listOf(NOT_PUBLIC_V4, 'ipv4');
const unicastV6 = listOf(UNICAST_V6, 'ipv6');
const notPublicV6 = listOf(NOT_PUBLIC_V6, 'ipv6');
/** NAT64 (RFC 6052): on machines with IPv6 alone, IPv4 hosts look like this; the last 32 bits say which. */
const nat64 = listOf(['64:ff9b::/96'], 'ipv6');

/** The IPv4 address in the last 32 bits of an IPv6 address. */
function lastFour(address: string): string {
  // The parser of addresses writes them all in one way.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const tail = (groups[1] ?? groups[0] ?? '').split(':').slice(-2);
  const [high = 0, low = 0] = [...Array<string>(2 - tail.length).fill('0'), ...tail].map((group) =>
    parseInt(group || '0', 16),
  );
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Is this one host of the internet, and not somebody's private network, this machine, or nobody? */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notPublicV4.check(address, 'ipv4');
    case 6:
      // With a zone (fe80::1%eth0) it belongs to one machine.
      if (address.includes('%')) return false;
      if (nat64.check(address, 'ipv6')) return isPublicAddress(lastFour(address));
      return unicastV6.check(address, 'ipv6') && !notPublicV6.check(address, 'ipv6');
    default:
      return false;
  }
}
