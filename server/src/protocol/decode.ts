/**
 * Hand-written decoding for what comes off a wire. No library: this file is also in the browser's first load, where a
 * schema library would cost more than the whole protocol.
 */

/** A value that passed, or one sentence that says which field is wrong and what it should be. */
export type Decoded<T> = { ok: true; value: T } | { ok: false; problem: string };

export type Fields = Readonly<Record<string, unknown>>;

export const good = <T>(value: T): Decoded<T> => ({ ok: true, value });
export const bad = <T>(problem: string): Decoded<T> => ({ ok: false, problem });

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON text to a value; never throws. */
export function parseJson(text: string): Decoded<unknown> {
  try {
    return good<unknown>(JSON.parse(text));
  } catch {
    return bad('not JSON');
  }
}

const BASE64URL = /^[A-Za-z0-9_-]*$/;

/** Is this exactly `bytes` bytes in base64url without padding? */
export function isBase64Url(value: unknown, bytes: number): value is string {
  return typeof value === 'string' && value.length === Math.ceil((bytes * 4) / 3) && BASE64URL.test(value);
}

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
