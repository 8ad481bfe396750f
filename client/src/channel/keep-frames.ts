import { isFields, isRingKey, isSlug, parseJson } from '@protocol';

/** A way to ring the sender. */
export interface KeepLink {
  readonly slug: string;
  readonly publicKey: string;
  /** What the sender is called, if they say so; the receiver shows it, and cleans it first. */
  readonly name?: string;
}

/** What two pages say to keep each other (PROTOCOL.md, "Keeping each other"). Fetched once two are connected. */
export type KeepFrame =
  /** The sender would like both to be able to ring each other, or no longer would. */
  | { readonly type: 'keep'; readonly willing: boolean }
  /** Said only once both are willing. */
  | ({ readonly type: 'keep-link' } & KeepLink);

/** Longest name (characters) that is read. */
const LONGEST_NAME = 256;

export const encodeKeepFrame = (frame: KeepFrame): string => JSON.stringify(frame);

/** Null: not about keeping each other, or nonsense; it is ignored. */
export function decodeKeepFrame(text: string): KeepFrame | null {
  const json = parseJson(text);
  if (!json.ok || !isFields(json.value)) return null;
  const { type, willing, slug, publicKey, name } = json.value;
  if (type === 'keep') return typeof willing === 'boolean' ? { type, willing } : null;
  if (type !== 'keep-link' || !isSlug(slug) || !isRingKey(publicKey)) return null;
  const named = typeof name === 'string' && name.length <= LONGEST_NAME ? { name } : {};
  return { type, slug, publicKey, ...named };
}
