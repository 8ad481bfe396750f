import { fromBase64Url, isCount, isFields, parseJson, toBase64Url } from '@protocol';
import { readPerson, type KeptPerson } from './invites-db';

// The people one can ring, in a file that only its passphrase opens: PBKDF2-SHA-256, AES-256-GCM.

const KIND = 'o-to-o/people/1';
/** OWASP's least for PBKDF2-SHA-256 (2023). A file may ask for more, but not for hours. */
const ROUNDS = 600_000;
const MOST_ROUNDS = 10_000_000;
const SALT_BYTES = 16;
const IV_BYTES = 12;
/** Bytes of a file anybody would have; and people in it. */
export const MOST_FILE_BYTES = 4 * 1024 * 1024;
const MOST_PEOPLE = 10_000;

const text = new TextEncoder();

async function keyOf(passphrase: string, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<CryptoKey> {
  // One person types an accent as one character, another keyboard as two.
  const typed = text.encode(passphrase.normalize('NFC'));
  const secret = await crypto.subtle.importKey('raw', typed, 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds },
    secret,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

const boundTo = (iv: Uint8Array<ArrayBuffer>): AesGcmParams => ({
  name: 'AES-GCM',
  iv,
  additionalData: text.encode(KIND),
});

/** The text of the file. */
export async function sealPeople(people: readonly KeptPerson[], passphrase: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const key = await keyOf(passphrase, salt, ROUNDS);
  const plain = text.encode(JSON.stringify({ people }));
  const sealed = new Uint8Array(await crypto.subtle.encrypt(boundTo(iv), key, plain));
  return JSON.stringify({
    kind: KIND,
    rounds: ROUNDS,
    salt: toBase64Url(salt),
    iv: toBase64Url(iv),
    sealed: toBase64Url(sealed),
  });
}

export type OpenedFile =
  | { readonly ok: true; readonly people: readonly KeptPerson[] }
  /** `none`: no such file, or a damaged one. `passphrase`: it does not open with this one. */
  | { readonly ok: false; readonly why: 'none' | 'passphrase' };

interface Sealed {
  readonly rounds: number;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: Uint8Array<ArrayBuffer>;
}

function bytesIn(value: unknown): Uint8Array<ArrayBuffer> | null {
  const bytes = typeof value === 'string' ? fromBase64Url(value) : null;
  return bytes?.ok ? bytes.value : null;
}

function readFile(file: string): Sealed | null {
  const json = file.length <= MOST_FILE_BYTES ? parseJson(file) : null;
  if (!json?.ok || !isFields(json.value) || json.value['kind'] !== KIND) return null;
  const fields = json.value;
  const { rounds } = fields;
  const [salt, iv, sealed] = ['salt', 'iv', 'sealed'].map((name) => bytesIn(fields[name]));
  if (!isCount(rounds) || rounds < ROUNDS || rounds > MOST_ROUNDS) return null;
  if (salt?.length !== SALT_BYTES || iv?.length !== IV_BYTES || !sealed) return null;
  return { rounds, salt, iv, sealed };
}

function readPeople(plain: string): readonly KeptPerson[] | null {
  const json = parseJson(plain);
  const found = json.ok && isFields(json.value) ? json.value['people'] : null;
  if (!Array.isArray(found) || found.length > MOST_PEOPLE) return null;
  const people = found.map(readPerson);
  return people.every((person) => person !== null) ? people : null;
}

/** Opens such a file; never throws. */
export async function openPeople(file: string, passphrase: string): Promise<OpenedFile> {
  const read = readFile(file);
  if (!read) return { ok: false, why: 'none' };
  const key = await keyOf(passphrase, read.salt, read.rounds);
  try {
    const plain = await crypto.subtle.decrypt(boundTo(read.iv), key, read.sealed);
    const people = readPeople(new TextDecoder().decode(plain));
    return people ? { ok: true, people } : { ok: false, why: 'none' };
  } catch {
    return { ok: false, why: 'passphrase' };
  }
}
