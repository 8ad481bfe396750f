import { isIPv4 } from 'node:net';

/** RFC 8489, section 5: type, length, cookie, transaction. */
const HEADER_BYTES = 20;
const MAGIC_COOKIE = 0x2112_a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const BINDING_ERROR = 0x0111;

const ERROR_CODE = 0x0009;
const UNKNOWN_ATTRIBUTES = 0x000a;
const XOR_MAPPED_ADDRESS = 0x0020;
/** Comprehension-required attributes that a server without accounts understands by ignoring them. */
const IGNORED = new Set([0x0006 /* USERNAME */, 0x0008 /* MESSAGE-INTEGRITY */, 0x001c /* its SHA-256 */]);
/** Attributes from here on may be ignored by whoever doesn't know them. */
const COMPREHENSION_OPTIONAL = 0x8000;

/** More cannot stand in a request that fits one packet and is honest. */
const MAX_REQUEST_BYTES = 548;

/** Types of the attributes that must be understood and aren't; null: not a list of attributes. */
function notUnderstood(attributes: Buffer): number[] | null {
  const unknown = new Set<number>();
  let at = 0;
  while (at < attributes.length) {
    if (at + 4 > attributes.length) return null;
    const type = attributes.readUInt16BE(at);
    const length = attributes.readUInt16BE(at + 2);
    at += 4 + Math.ceil(length / 4) * 4;
    if (at > attributes.length) return null;
    if (type < COMPREHENSION_OPTIONAL && !IGNORED.has(type)) unknown.add(type);
  }
  return [...unknown];
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

function message(type: number, request: Buffer, attributes: readonly Buffer[]): Buffer {
  const body = Buffer.concat(attributes);
  const head = Buffer.from(request.subarray(0, HEADER_BYTES));
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** The 16 bytes of an IPv6 address as Node writes it. */
function bytesOf(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [plain = ''] = address.split('%');
  const [head = '', tail] = plain.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').flatMap(groupBytes));
  const [first, last] = [groups(head), groups(tail ?? '')];
  return Buffer.from([...first, ...Array<number>(16 - first.length - last.length).fill(0), ...last]);
}

function groupBytes(group: string): number[] {
  if (isIPv4(group)) return group.split('.').map(Number);
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}

/** RFC 8489, section 14.2: hidden from translators that rewrite addresses wherever they see one. */
function xorMappedAddress(request: Buffer, address: string, port: number): Buffer {
  const mask = request.subarray(4, HEADER_BYTES);
  const bytes = bytesOf(address).map((byte, index) => byte ^ (mask[index] ?? 0));
  const head = Buffer.alloc(4);
  head.writeUInt8(bytes.length === 4 ? 1 : 2, 1);
  head.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 2);
  return attribute(XOR_MAPPED_ADDRESS, Buffer.concat([head, bytes]));
}

/** 420 Unknown Attribute, with the types that are meant. */
function unknownAttributes(request: Buffer, types: readonly number[]): Buffer {
  const list = Buffer.alloc(types.length * 2);
  types.forEach((type, index) => list.writeUInt16BE(type, index * 2));
  return message(BINDING_ERROR, request, [
    attribute(ERROR_CODE, Buffer.from([0, 0, 4, 20])),
    attribute(UNKNOWN_ATTRIBUTES, list),
  ]);
}

/**
 * What to answer to a packet from this address; null: nothing. Only well-formed Binding requests are answered, with little
 * more than they are long, so nobody can be flooded through this.
 */
export function answerTo(packet: Buffer, address: string, port: number): Buffer | null {
  if (packet.length < HEADER_BYTES || packet.length > MAX_REQUEST_BYTES) return null;
  const isRequest =
    packet.readUInt16BE(0) === BINDING_REQUEST &&
    packet.readUInt16BE(2) === packet.length - HEADER_BYTES &&
    packet.readUInt32BE(4) === MAGIC_COOKIE;
  const unknown = isRequest ? notUnderstood(packet.subarray(HEADER_BYTES)) : null;
  if (unknown === null) return null;
  if (unknown.length > 0) return unknownAttributes(packet, unknown);
  return message(BINDING_SUCCESS, packet, [xorMappedAddress(packet, address, port)]);
}
