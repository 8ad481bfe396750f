import type { ErrorReason } from '../frames.js';

/** One block of PROTOCOL.md that is marked as an example. */
export type Example =
  | { readonly from: 'browser' | 'server'; readonly text: string }
  | { readonly from: 'nobody'; readonly text: string; readonly reason: ErrorReason };

const BLOCK = /^```(?:json from the (browser|server)|text unusable: ([a-z-]+))\n([\s\S]*?)\n```$/gm;

/** What PROTOCOL.md shows of ringing: frames from the server, and push messages; in their order. */
export const ringExamplesIn = (markdown: string, of: 'about ringing' | 'push message'): string[] =>
  [...markdown.matchAll(/^```json (about ringing|push message)\n([\s\S]*?)\n```$/gm)].flatMap(
    ([, kind, text = '']) => (kind === of ? [text] : []),
  );

/**
 * The examples in the text of PROTOCOL.md, in their order: what is written there is what both sides' tests read. Takes the text, not a
 * path, so that tests of the page can use it as well (`import text from '…/PROTOCOL.md?raw'`).
 */
export function examplesIn(markdown: string): Example[] {
  return [...markdown.matchAll(BLOCK)].map(([, from, reason, text = '']) =>
    from === 'browser' || from === 'server'
      ? { from, text }
      : { from: 'nobody', text, reason: reason as ErrorReason },
  );
}
