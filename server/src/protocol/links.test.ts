import { describe, expect, it } from 'vitest';
import { callLink, parseCallLink } from './links.js';

const callId = 'q83vASNFZ4mrzQBkyAABAgMEBQYH';
const key = 'AAECAwQFBgcICQoLDA0ODw';

describe('call links', () => {
  it('what was made is read again, as an address or as a path, with blanks around it', () => {
    const link = callLink('https://call.example', callId, key);
    for (const text of [link, ` ${link}\n`, `/c/${callId}#${key}`, `c/${callId}#${key}`]) {
      expect(parseCallLink(text)).toEqual({ callId, key });
    }
  });

  it('a link that was cut off, or is no call link, is none', () => {
    const link = callLink('https://call.example', callId, key);
    const broken = [
      '',
      link.slice(0, -1),
      `/c/${callId}`,
      `/c/#${key}`,
      `/r/${callId}#${key}`,
      `${link}#x`,
      'hello',
    ];
    for (const text of broken) expect(parseCallLink(text)).toBeNull();
  });
});
