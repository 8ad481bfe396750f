import { MAX_CALLER_NAME } from '@protocol';

// Controls, and the invisible marks that turn the direction of what follows: a name could otherwise rewrite the sentence it stands in.
// eslint-disable-next-line no-control-regex -- those are what is taken out
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/**
 * A name as it is kept and shown, whoever it came from: one line, nothing invisible, at most `MAX_CALLER_NAME` characters,
 * never half a character. Empty when nothing is left.
 */
export function cleanName(text: string): string {
  let short = '';
  for (const character of text.replace(INVISIBLE, ' ').replace(/\s+/g, ' ').trim()) {
    if (short.length + character.length > MAX_CALLER_NAME) break;
    short += character;
  }
  return short.trim();
}
