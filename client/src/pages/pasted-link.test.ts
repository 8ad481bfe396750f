import { describe, expect, it } from 'vitest';
import { readPasted } from './pasted-link';

const PATH = '/c/q83vASNFZ4mrzQBkyAABAgMEBQYH#AAECAwQFBgcICQoLDA0ODw';
const CALL = { callId: 'q83vASNFZ4mrzQBkyAABAgMEBQYH', key: 'AAECAwQFBgcICQoLDA0ODw' };
const HERE = 'call.example';

describe('A pasted link', () => {
  it.each([
    PATH,
    `https://call.example${PATH}`,
    `http://call.example${PATH}`,
    `call.example${PATH}`,
    `<https://call.example${PATH}>`,
    `“https://call.example${PATH}”`,
    `https://call.example${PATH}.`,
    `https://call.example${PATH}。`,
    `Talk with me: https://call.example${PATH} , now`,
    `来和我通话：https://call.example${PATH}`,
    `https://call.example/c/q83vASNFZ4mr\n zQBkyAABAgMEBQYH#AAECAwQFBgcICQoLDA0ODw`,
  ])('opens its call here, whatever is stuck to it: %s', (text) => {
    expect(readPasted(text, HERE)).toEqual({ is: 'here', ...CALL });
  });

  it.each([
    [`https://other.example${PATH}`, 'other.example', `https://other.example${PATH}`],
    [`(https://other.example:8443${PATH})`, 'other.example:8443', `https://other.example:8443${PATH}`],
    [`see other.example${PATH}!`, 'other.example', `https://other.example${PATH}`],
    [`http://192.168.1.7:3000${PATH}`, '192.168.1.7:3000', `http://192.168.1.7:3000${PATH}`],
    [`https://other.example/calls${PATH}`, 'other.example', `https://other.example/calls${PATH}`],
  ])('of another server is opened there: %s', (text, host, href) => {
    expect(readPasted(text, HERE)).toEqual({ is: 'elsewhere', host, href });
  });

  it('Somebody’s ring link leads to ringing them, here or where they are', () => {
    const key = `B${'A'.repeat(86)}`;
    const path = `/r/AAECAwQFBgcICQoL#${key}`;
    const ring = { is: 'ring', slug: 'AAECAwQFBgcICQoL', publicKey: key };
    for (const text of [path, `https://call.example${path}`, `Ring me here: <https://call.example${path}>.`])
      expect(readPasted(text, HERE)).toEqual(ring);
    const elsewhere = { is: 'elsewhere', host: 'other.example', href: `https://other.example${path}` };
    expect(readPasted(`other.example${path}`, HERE)).toEqual(elsewhere);
    expect(readPasted(`https://call.example/r/AAECAwQFBgcICQoL#short`, HERE)).toEqual({ is: 'wrong' });
  });

  it('Nothing is nothing, and what is no link is none', () => {
    expect(readPasted(' \n', HERE)).toEqual({ is: 'empty' });
    expect(readPasted('hello', HERE)).toEqual({ is: 'wrong' });
    expect(readPasted('https://call.example/c/q83vASNFZ4mrzQBkyAABAgMEBQYH', HERE)).toEqual({ is: 'wrong' });
  });
});
