import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTo } from './stun-message.js';

/** RFC 5769, section 2.1: a request as a browser with credentials sends it. */
const RFC_REQUEST = Buffer.from(
  '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcb',
  'hex',
);

/** RFC 5769, sections 2.2 and 2.3: what XOR-MAPPED-ADDRESS is for these addresses in that transaction. */
const RFC_IPV4 = { address: '192.0.2.1', port: 32853, attribute: '002000080001a147e112a643' };
const RFC_IPV6 = {
  address: '2001:db8:1234:5678:11:2233:4455:6677',
  port: 32853,
  attribute: '002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9',
};

const TRANSACTION = RFC_REQUEST.subarray(8, 20);

function request(attributes: Buffer = Buffer.alloc(0), type = 0x0001): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(attributes.length, 2);
  head.writeUInt32BE(0x2112a442, 4);
  return Buffer.concat([head, TRANSACTION, attributes]);
}

const answer = (packet: Buffer) => answerTo(packet, RFC_IPV4.address, RFC_IPV4.port);

describe('a STUN Binding request', () => {
  it.each([RFC_IPV4, RFC_IPV6])(
    'is answered with the address it came from: $address',
    ({ address, port, attribute }) => {
      const reply = answerTo(request(), address, port);
      const head = `0101${(attribute.length / 2).toString(16).padStart(4, '0')}2112a442`;
      expect(reply?.toString('hex')).toBe(`${head}${TRANSACTION.toString('hex')}${attribute}`);
    },
  );

  it.each(['::1', 'fe80::1%eth0', '::ffff:192.0.2.1', '2001:db8::', '::'])('may come from %s', (address) => {
    expect(answerTo(request(), address, 1)).toHaveLength(20 + 24);
  });

  it('may carry what only servers with accounts look at, and software names', () => {
    const known = Buffer.from('00060004616263640008000400000000802200046e6f6465', 'hex');
    expect(answer(request(known))?.readUInt16BE(0)).toBe(0x0101);
  });

  it('that asks for what this server does not know is told so (420), as RFC 5780 clients expect', () => {
    const changeRequest = Buffer.from('0003000400000006', 'hex');
    const reply = answer(request(changeRequest));
    expect(reply?.readUInt16BE(0)).toBe(0x0111);
    expect(reply?.subarray(20).toString('hex')).toBe('0009000400000414000a000200030000');
  });

  it('of ICE itself, meant for the other browser, is not taken for one of ours', () => {
    // PRIORITY must be understood by who answers it.
    expect(answer(RFC_REQUEST)?.readUInt16BE(0)).toBe(0x0111);
  });
});

describe('anything else', () => {
  it.each([
    ['an empty packet', Buffer.alloc(0)],
    ['a cut header', request().subarray(0, 19)],
    ['a wrong length', Buffer.concat([request(), Buffer.alloc(4)])],
    ['a cut attribute', request(Buffer.from('80220010', 'hex'))],
    ['half an attribute head', request(Buffer.from('8022', 'hex'))],
    ['another cookie (RFC 3489)', Buffer.concat([request().subarray(0, 4), Buffer.alloc(16)])],
    ['a TURN Allocate', request(Buffer.alloc(0), 0x0003)],
    ['an indication', request(Buffer.alloc(0), 0x0011)],
    ['an answer (two servers must not answer each other for ever)', request(Buffer.alloc(0), 0x0101)],
    ['an error answer', request(Buffer.alloc(0), 0x0111)],
    ['more than fits a packet', request(Buffer.alloc(600))],
  ])('is not answered: %s', (_name, packet) => {
    expect(answer(packet)).toBeNull();
  });

  it('never does harm, and no answer is much longer than what it answers', () => {
    const noise = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
    const attributes = fc.uint8Array({ maxLength: 500 }).map((bytes) => request(Buffer.from(bytes)));
    fc.assert(
      fc.property(fc.oneof(noise, attributes), (packet) => {
        const reply = answer(packet);
        expect(reply === null || reply.length <= packet.length + 24).toBe(true);
      }),
    );
    expect(answer(randomBytes(20))).toBeNull();
  });
});
