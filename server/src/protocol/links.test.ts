import { describe, expect, it } from 'vitest';
import { callLink, keyOfFragment, parseCallLink } from './links.js';

const callId = 'q83vASNFZ4mrzQBkyAABAgMEBQYH';
const key = 'AAECAwQFBgcICQoLDA0ODw';

describe('call links', () => {
  it('what was made is read again, as an address or as a path, with blanks around it', () => {
    const link = callLink('https://call.example', callId, key);
    for (const text of [link, ` ${link}\n`, `/c/${callId}#${key}`, `c/${callId}#${key}`]) {
      expect(parseCallLink(text)).toEqual({ callId, key });
    }
  });

  it.each(['.', ',', ')', '>', '%20', '?fbclid=1', '&utm_source=mail', '=', '/', '#again', '。', ' see you'])(
    'the key ends where it is whole: %j stuck to it does not count',
    (stuck) => {
      const link = callLink('https://call.example', callId, key);
      expect(parseCallLink(link + stuck)).toEqual({ callId, key });
      expect(keyOfFragment(`#${key}${stuck}`)).toBe(key);
    },
  );

  it('a link is found in brackets, in a text, and with a query before its key', () => {
    const link = callLink('https://call.example', callId, key);
    const texts = [
      `<${link}>`,
      `Come: ${link}, now`,
      `https://call.example/c/${callId}?fbclid=a/b&x=1#${key}`,
      `https://call.example/c/${callId}/#${key}`,
    ];
    for (const text of texts) expect(parseCallLink(text)).toEqual({ callId, key });
  });

  it("an address bar's fragment gives its key with or without its sign", () => {
    expect([`#${key}`, key].map(keyOfFragment)).toEqual([key, key]);
  });

  it('a fragment that was cut off, typed into, or is empty has no key', () => {
    const broken = ['', '#', `#${key.slice(1)}`, `#${key}x`, `#${key}-`, `##${key}`, `# ${key}`, `#.${key}`];
    for (const fragment of broken) expect(keyOfFragment(fragment)).toBeNull();
  });

  it('a link that was cut off, or is no call link, is none', () => {
    const link = callLink('https://call.example', callId, key);
    const broken = [
      '',
      link.slice(0, -1),
      `/c/${callId}`,
      `/c/#${key}`,
      `/r/${callId}#${key}`,
      `${link}x`,
      'hello',
    ];
    for (const text of broken) expect(parseCallLink(text)).toBeNull();
  });
});
