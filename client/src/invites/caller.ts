import { CALLER_BYTES, isBase64Url, toBase64Url } from '@protocol';
import { browserStore } from '@/storage/guarded-storage';

// By what a ring link knows this browser again, so that whoever was rung can block it. What is kept is one random secret, and not
// which links were rung.

const KEY = 'o-to-o/caller';
const SECRET_BYTES = 32;

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

function ownSecret(): string {
  const kept = browserStore.get(KEY);
  if (isBase64Url(kept, SECRET_BYTES)) return kept;
  const made = toBase64Url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
  browserStore.set(KEY, made);
  return made;
}

/** The same for the same link, as long as this browser keeps its secret; of two links nobody can tell that it is one browser. */
export async function callerAt(slug: string): Promise<string> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytesOf(ownSecret()), hmac, false, ['sign']);
  const hash = await crypto.subtle.sign('HMAC', key, bytesOf(`o-to-o/caller/1/${slug}`));
  return toBase64Url(new Uint8Array(hash, 0, CALLER_BYTES));
}
