import { createHash, randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formsOf } from './forms.js';
import { SecretSearch } from './search.js';

const ID = 'q83vASNFZ4mrzQBkyAABAgMEBQYH';
const NAME = 'Ännchen "die Füchsin" 🦊 <O\'Neill> & Söhne';
const search = new SecretSearch([
  { name: 'id', text: ID },
  { name: 'name', text: NAME },
  { name: 'IPv4', text: '203.0.113.77' },
  { name: 'IPv6', text: '2001:db8:c0de:77::beef' },
]);

const found = (what: Buffer | string) => new Set(search.in('here', what).map(({ secret }) => secret));

describe('a search for secrets finds', () => {
  it('each in every form it is looked for in, wherever that stands', () => {
    for (const [name, text] of [
      ['id', ID],
      ['name', NAME],
      ['IPv4', '203.0.113.77'],
      ['IPv6', '2001:db8:c0de:77::beef'],
    ] as const)
      for (const { as, bytes } of formsOf(text))
        for (const before of [0, 1, 5000])
          expect(
            found(Buffer.concat([randomBytes(before), bytes, randomBytes(3)])),
            `${name} ${as} after ${before}`,
          ).toContain(name);
  });

  it.each<[string, string, Buffer | string]>([
    ['a line of a log', 'id', `{"level":"info","msg":"GET /c/${ID}"}`],
    ['a string in JSON', 'name', JSON.stringify({ msg: NAME })],
    ['JSON in JSON', 'name', JSON.stringify({ msg: JSON.stringify({ name: NAME }) })],
    ['an address of the web', 'name', `/x?name=${encodeURIComponent(NAME)}`],
    ['a form', 'name', new URLSearchParams({ name: NAME }).toString()],
    ['base64 of something around it', 'id', Buffer.from(`x${ID}yz`).toString('base64')],
    ['base64 of the bytes it encodes', 'id', Buffer.from(ID, 'base64url').toString('base64')],
    ['base64url of JSON', 'name', Buffer.from(JSON.stringify([NAME])).toString('base64url')],
    ['hex', 'id', `\\x${Buffer.from(ID).toString('hex')}`],
    ['hex of the bytes it encodes', 'id', Buffer.from(ID, 'base64url').toString('hex')],
    ['bytes it encodes', 'id', Buffer.from(ID, 'base64url')],
    ['a digest anybody can make', 'id', createHash('sha256').update(ID).digest('hex')],
    ['a digest, cut', 'IPv4', createHash('sha1').update('203.0.113.77').digest('hex').slice(0, 20)],
    ['a half of it', 'id', `call ${ID.slice(0, ID.length - 4)}…`],
    ['another half of it', 'id', `…${ID.slice(4)}`],
    ['an IPv4 address in IPv6', 'IPv4', '::ffff:203.0.113.77'],
    ['an IPv4 address as a number', 'IPv4', '3405803853'],
    ['an IPv6 address, written out', 'IPv6', '2001:0db8:c0de:0077:0000:0000:0000:beef'],
    ['UTF-16', 'id', Buffer.from(ID, 'utf16le')],
  ])('it in %s', (_what, name, text) => {
    expect(found(text)).toEqual(new Set([name]));
  });

  it('nothing where nothing is, in many MB of bytes and of text', () => {
    expect(search.in('noise', randomBytes(20_000_000))).toEqual([]);
    expect(search.in('text', randomBytes(5_000_000).toString('base64'))).toEqual([]);
    expect(search.in('hex', randomBytes(2_000_000).toString('hex'))).toEqual([]);
  });

  it('where it stands and what stands around', () => {
    expect(search.in('the log', `before ${ID} after`)).toContainEqual({
      secret: 'id',
      as: 'as it is',
      where: 'the log',
      excerpt: `before ${ID} after`.slice(0, 7 + 12 + 60),
    });
  });

  it('nothing in what is deflated or encrypted: that is for the tests of these', () => {
    expect(found(deflateRawSync(Buffer.from(`${ID}${ID}`)))).toEqual(new Set());
  });

  it('nothing that is too short to be no chance, and says so', () => {
    expect(() => new SecretSearch([{ name: 'initials', text: 'AB' }])).toThrow('too short');
  });
});
