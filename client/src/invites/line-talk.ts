import { isCallIdShaped, isCount, isFields, isSlug, parseJson } from '@protocol';
import { tabStore } from '@/storage/guarded-storage';

/** A talk with somebody who waited in a line of this device's. */
export interface LineTalk {
  readonly callId: string;
  /** The ring link whose line it was. */
  readonly slug: string;
  /** How long a talk is meant to take; null: nobody said. */
  readonly minutes: number | null;
}

const KEY = 'o-to-o/line-talk';

/** This tab's latest; a reload in the call knows it still. */
export function keepLineTalk(talk: LineTalk): void {
  tabStore.set(KEY, JSON.stringify(talk));
}

/** Null: the call is none of a line's. */
export function lineTalkOf(callId: string): LineTalk | null {
  const json = parseJson(tabStore.get(KEY) ?? '');
  if (!json.ok || !isFields(json.value)) return null;
  const { slug, minutes } = json.value;
  if (!isCallIdShaped(json.value['callId']) || json.value['callId'] !== callId || !isSlug(slug)) return null;
  return { callId, slug, minutes: isCount(minutes) ? minutes : null };
}
