import { createHash } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';

/** One way in which a secret may have been written down. */
export interface Form {
  readonly as: string;
  readonly bytes: Buffer;
}

const form = (as: string, text: string): Form => ({ as, bytes: Buffer.from(text, 'utf8') });

/** Bytes of a digest that are looked for: enough to be no chance, few enough to be found when it was cut. */
const DIGEST_BYTES = 8;
const DIGESTS = ['md5', 'sha1', 'sha256', 'sha512'] as const;

/**
 * Base64 of bytes in the middle of others looks different for each of three places they may begin at; the characters at
 * both ends also hold bits of the neighbours, and are left out.
 */
function base64Forms(of: string, bytes: Buffer): Form[] {
  return (['base64', 'base64url'] as const).flatMap((encoding) =>
    [0, 1, 2].map((offset) => {
      const padded = Buffer.concat([Buffer.alloc(offset), bytes])
        .toString(encoding)
        .replace(/=+$/, '');
      const first = Math.ceil((offset * 8) / 6);
      const whole = Math.floor((padded.length * 6 - 5) / 6);
      return form(`${of} in ${encoding} (at ${offset})`, padded.slice(first, whole));
    }),
  );
}

function digestForms(of: string, bytes: Buffer): Form[] {
  return DIGESTS.flatMap((algorithm) => {
    const digest = createHash(algorithm).update(bytes).digest().subarray(0, DIGEST_BYTES);
    const as = `${algorithm} of ${of}`;
    return [
      { as, bytes: digest },
      form(`${as}, hex`, digest.toString('hex')),
      // The last character would hold bits of the bytes that were left out.
      form(`${as}, base64`, digest.toString('base64').replace(/=+$/, '').slice(0, -1)),
      form(`${as}, base64url`, digest.toString('base64url').slice(0, -1)),
    ];
  });
}

const hexForms = (of: string, bytes: Buffer): Form[] => {
  const hex = bytes.toString('hex');
  return [form(`${of} in hex`, hex), form(`${of} in HEX`, hex.toUpperCase())];
};

/** As they may stand in a file or a log that somebody wrote bytes to. */
const bytesForms = (of: string, bytes: Buffer): Form[] => [
  { as: of, bytes },
  ...hexForms(of, bytes),
  ...base64Forms(of, bytes),
  ...digestForms(of, bytes),
];

const everyByte = (text: string, write: (hex: string) => string): string =>
  Buffer.from(text, 'utf8').toString('hex').replace(/../g, write);

const everyUnit = (text: string): string =>
  text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

function textForms(text: string): Form[] {
  return [
    form('lower case', text.toLowerCase()),
    form('UPPER CASE', text.toUpperCase()),
    form('URL-encoded', encodeURIComponent(text)),
    form('URL-encoded as a form', encodeURIComponent(text).replaceAll('%20', '+')),
    form(
      'URL-encoded, every byte',
      everyByte(text, (hex) => `%${hex.toUpperCase()}`),
    ),
    form(
      'url-encoded, every byte',
      everyByte(text, (hex) => `%${hex}`),
    ),
    form('JSON', inJson(text)),
    form('JSON in JSON', inJson(inJson(text))),
    form('JSON, every character', everyUnit(text)),
    form(
      'JSON, every CHARACTER',
      everyUnit(text).replace(/u[\da-f]{4}/g, (unit) => `u${unit.slice(1).toUpperCase()}`),
    ),
    form('HTML', text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')),
    { as: 'UTF-16', bytes: Buffer.from(text, 'utf16le') },
  ];
}

/** An address is a number, too. Its four bytes by themselves occur by chance in files of some MB, so they are not looked for. */
function addressForms(text: string): Form[] {
  if (isIPv4(text)) {
    const bytes = Buffer.from(text.split('.').map(Number));
    return [
      form('hex', bytes.toString('hex')),
      form('a number', String(bytes.readUInt32BE())),
      form('backwards', text.split('.').reverse().join('.')),
      form('with dashes', text.replaceAll('.', '-')),
    ];
  }
  if (!isIPv6(text)) return [];
  const [head = '', tail = ''] = text.split('::').map((part) => part.split(':').filter(Boolean).join(':'));
  const [before, after] = [head.split(':').filter(Boolean), tail.split(':').filter(Boolean)];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  const groups = [...before, ...zeros, ...after];
  const long = groups.map((group) => group.padStart(4, '0'));
  return [
    form('every group', groups.join(':')),
    form('every digit', long.join(':')),
    ...bytesForms('its bytes', Buffer.from(long.join(''), 'hex')),
  ];
}

/** Characters that could be base64url of bytes, as ids and keys here are. */
const decoded = (text: string): Form[] =>
  /^[A-Za-z0-9_-]{16,}$/.test(text) ? bytesForms('what it encodes', Buffer.from(text, 'base64url')) : [];

/** Every way this is looked for. The same bytes come once, under the first name. */
export function formsOf(text: string): readonly Form[] {
  const all = [
    ...bytesForms('as it is', Buffer.from(text, 'utf8')),
    ...textForms(text),
    ...addressForms(text),
    ...decoded(text),
  ];
  const seen = new Set<string>();
  return all.filter(({ bytes }) => {
    const key = bytes.toString('latin1');
    return !seen.has(key) && seen.add(key);
  });
}
