import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder, startChild, temporaryFolder } from '../support/child.js';

/** One packet, as it passed the network card. */
export interface Packet {
  /** ms since the epoch */
  readonly at: number;
  readonly direction: 'out' | 'in';
  /** The protocol in words; of IPv4 by its number where it is none of these. */
  readonly protocol: 'arp' | 'tcp' | 'udp' | `ip-${number}` | `ethernet-${number}`;
  /** Address, and port where there is one. */
  readonly from: string;
  readonly to: string;
  readonly isStun: boolean;
}

/** Bytes kept of each packet: all headers, and the cookie by which STUN is known. */
const KEPT = 128;

/** First bytes of a pcap file with times in microseconds, on a little-endian machine. */
const MAGIC = 0xa1b2c3d4;
const ETHERNET = 1;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET_HEADER = 14;
const STUN_COOKIE = 0x2112a442;

const PROTOCOLS: Readonly<Record<number, 'tcp' | 'udp'>> = { 6: 'tcp', 17: 'udp' };

const addressAt = (frame: Buffer, at: number): string => [...frame.subarray(at, at + 4)].join('.');

function readIp(frame: Buffer): Pick<Packet, 'protocol' | 'from' | 'to' | 'isStun'> {
  const number = frame.readUInt8(ETHERNET_HEADER + 9);
  const protocol = PROTOCOLS[number] ?? (`ip-${number}` as const);
  const ports = ETHERNET_HEADER + (frame.readUInt8(ETHERNET_HEADER) & 0x0f) * 4;
  const port = (at: number): string => (number in PROTOCOLS ? `:${frame.readUInt16BE(at)}` : '');
  const cookie = ports + 8 + 4; // behind the header of UDP, and the type and length of STUN
  return {
    protocol,
    from: addressAt(frame, ETHERNET_HEADER + 12) + port(ports),
    to: addressAt(frame, ETHERNET_HEADER + 16) + port(ports + 2),
    isStun: protocol === 'udp' && frame.length >= cookie + 4 && frame.readUInt32BE(cookie) === STUN_COOKIE,
  };
}

function readFrame(frame: Buffer, at: number, ownMac: string): Packet {
  const type = frame.readUInt16BE(12);
  const direction = frame.subarray(6, 12).toString('hex') === ownMac ? 'out' : 'in';
  if (type === 0x0800) return { at, direction, ...readIp(frame) };
  const protocol = type === 0x0806 ? 'arp' : (`ethernet-${type}` as const);
  const mac = (from: number): string => frame.subarray(from, from + 6).toString('hex');
  return { at, direction, protocol, from: mac(6), to: mac(0), isStun: false };
}

function readCapture(file: Buffer, ownMac: string): Packet[] {
  if (file.readUInt32LE(0) !== MAGIC || file.readUInt32LE(20) !== ETHERNET)
    throw new Error('This is no capture of an Ethernet card.');
  const packets: Packet[] = [];
  for (let next = FILE_HEADER; next < file.length;) {
    const at = file.readUInt32LE(next) * 1000 + file.readUInt32LE(next + 4) / 1000;
    const begin = next + RECORD_HEADER;
    next = begin + file.readUInt32LE(next + 8);
    packets.push(readFrame(file.subarray(begin, next), at, ownMac));
  }
  return packets;
}

/** How many packets a card says have passed it. */
interface Passed {
  readonly out: number;
  readonly in: number;
}

interface Card {
  readonly ifname: string;
  readonly address: string;
  readonly stats64: { readonly rx: { readonly packets: number }; readonly tx: { readonly packets: number } };
}

/** Every network card of a namespace, but the one that leads to itself. */
function cardsOf(namespace: string): Card[] {
  const text = execFileSync('ip', ['-n', namespace, '-s', '-j', 'link', 'show'], { encoding: 'utf8' });
  return (JSON.parse(text) as Card[]).filter(({ ifname }) => ifname !== 'lo');
}

const passedBy = ({ stats64 }: Card): Passed => ({ out: stats64.tx.packets, in: stats64.rx.packets });

/** A running capture of everything that passes one network card. */
export interface Capture {
  /** Ends it. Fails when so much as one packet was missed, or went by another card. */
  readonly stop: () => Promise<Packet[]>;
}

export async function startCapture(namespace: string, device: string): Promise<Capture> {
  const folder = temporaryFolder('capture');
  const file = join(folder, 'packets.pcap');
  // As packets come, one by one; a buffer (KiB) that holds seconds of a call.
  const how = ['-U', '--immediate-mode', '-B', '16384', '-s', String(KEPT), '-Z', 'root', '-w', file];
  const tcpdump = await startChild('tcpdump', ['-i', device, '-n', ...how], {
    namespace,
    ready: /listening on/,
  });
  const before = cardsOf(namespace);
  return {
    async stop() {
      const after = cardsOf(namespace);
      await tcpdump.end('SIGINT');
      const card = after.find(({ ifname }) => ifname === device);
      const packets = readCapture(readFileSync(file), card?.address.replaceAll(':', '') ?? '');
      removeFolder(folder);
      assertComplete(device, packets, before, after, tcpdump.output());
      return packets;
    },
  };
}

/** Two witnesses besides the capture itself: the kernel says what it dropped, the cards what they passed. */
function assertComplete(
  device: string,
  packets: readonly Packet[],
  before: readonly Card[],
  after: readonly Card[],
  said: string,
): void {
  if (!/\b0 packets dropped by kernel/.test(said)) throw new Error(`The capture is not complete: ${said}`);
  for (const card of after) {
    const begun = before.find(({ ifname }) => ifname === card.ifname);
    for (const direction of ['out', 'in'] as const) {
      const passed = passedBy(card)[direction] - (begun ? passedBy(begun)[direction] : 0);
      const seen =
        card.ifname === device ? packets.filter((packet) => packet.direction === direction).length : 0;
      // What passed just before the first look at the card, or after the last one, was captured, too.
      if (seen < passed)
        throw new Error(`${passed} packets went ${direction} by ${card.ifname}, ${seen} were seen.`);
    }
  }
}
