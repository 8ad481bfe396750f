import { HOLDER_BYTES, isBase64Url, isFields, MAX_TICKET_LENGTH, parseJson, toBase64Url } from '@protocol';
import { HOLDER_PREFIX, holderKeyOf, markOf } from './in-call-mark';
import { browserStore, tabStore, type TextStore } from '@/storage/guarded-storage';

/** Which person of this browser: the first, or the second who joined in another tab. */
export type Slot = 0 | 1;

/** What proves to the server that this is the same person as before. */
export interface Credentials {
  readonly holder: string;
  readonly ticket?: string;
}

export interface DevicesOn {
  readonly camera: boolean;
  readonly microphone: boolean;
}

/** This tab was in the call when its page went away. */
export interface Interrupted extends DevicesOn {
  readonly slot: Slot;
  /** ms since 1970 since when the two have been talking; null: they had not met yet. */
  readonly talkingSince: number | null;
}

interface Entry extends Credentials {
  /** ms since 1970 of the last use. */
  readonly usedAt: number;
}

export interface IdentityOptions {
  readonly browser?: TextStore;
  readonly tab?: TextStore;
  /** ms since 1970 */
  readonly now?: () => number;
}

/** ms after which nobody comes back to a call: far more than an empty call's link lives by default. */
const MAX_AGE_MS = 30 * 24 * 3_600_000;
/** Entries kept; the longest unused go first. */
const MAX_ENTRIES = 50;

/** 128 random bits: whoever holds them is that person, for that call. */
export const makeHolder = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(HOLDER_BYTES)));

/** What stands in storage may be from an older version, or anybody's. */
function readEntry(text: string | null): Entry | null {
  const json = parseJson(text ?? '');
  if (!json.ok || !isFields(json.value)) return null;
  const { holder, ticket, usedAt } = json.value;
  if (!isBase64Url(holder, HOLDER_BYTES) || typeof usedAt !== 'number') return null;
  const known = typeof ticket === 'string' && ticket.length <= MAX_TICKET_LENGTH;
  return known ? { holder, ticket, usedAt } : { holder, usedAt };
}

function readInterrupted(text: string | null): Interrupted | null {
  const json = parseJson(text ?? '');
  if (!json.ok || !isFields(json.value)) return null;
  const { slot, camera, microphone, talkingSince } = json.value;
  if (slot !== 0 && slot !== 1) return null;
  const since = typeof talkingSince === 'number' && talkingSince <= Date.now() ? talkingSince : null;
  return { slot, camera: camera === true, microphone: microphone === true, talkingSince: since };
}

/**
 * Who this browser is in one call. The secret lives in the browser's storage, so that closing the tab and opening the
 * link again is a return and not a stranger; whether this tab was in the call lives in the tab's, so that a reload goes
 * straight back in.
 */
export class Identity {
  readonly #callId: string;
  readonly #browser: TextStore;
  readonly #tab: TextStore;
  readonly #now: () => number;

  constructor(callId: string, options: IdentityOptions = {}) {
    this.#callId = callId;
    this.#browser = options.browser ?? browserStore;
    this.#tab = options.tab ?? tabStore;
    this.#now = options.now ?? Date.now;
  }

  /** Has anybody of this browser been in this call? */
  get isKnown(): boolean {
    return this.#read(0) !== null || this.#read(1) !== null;
  }

  /** This person's secret, made at the first use, and the newest ticket. */
  credentials(slot: Slot): Credentials {
    const known = this.#read(slot);
    const { holder, ticket } = known ?? { holder: makeHolder() };
    const credentials = ticket === undefined ? { holder } : { holder, ticket };
    this.#write(slot, credentials);
    if (!known) this.#prune();
    return credentials;
  }

  /** The server's newest proof of this person's seat. */
  keepTicket(slot: Slot, ticket: string): void {
    const known = this.#read(slot);
    if (known) this.#write(slot, { holder: known.holder, ticket });
  }

  /** This tab is in the call now: a reload goes straight back in, with the same devices on. */
  markInCall(slot: Slot, devices: DevicesOn, talkingSince: number | null): void {
    const { camera, microphone } = devices;
    this.#tab.set(this.#inCallKey, JSON.stringify({ slot, camera, microphone, talkingSince }));
  }

  /** How this tab was in the call before its page went away; null: it was not, or it hung up. */
  interrupted(): Interrupted | null {
    return readInterrupted(this.#tab.get(this.#inCallKey));
  }

  /** Hung up, or sent away: the next page of this tab begins in the lobby. The secret stays, for coming back. */
  markLeft(): void {
    this.#tab.remove(this.#inCallKey);
  }

  /** Nothing here knows this call any more. */
  forget(): void {
    this.markLeft();
    this.#browser.remove(this.#holderKey(0));
    this.#browser.remove(this.#holderKey(1));
  }

  get #inCallKey(): string {
    return markOf(this.#callId);
  }

  #holderKey(slot: Slot): string {
    return holderKeyOf(this.#callId, slot);
  }

  #read(slot: Slot): Entry | null {
    return readEntry(this.#browser.get(this.#holderKey(slot)));
  }

  #write(slot: Slot, credentials: Credentials): void {
    const entry: Entry = { ...credentials, usedAt: this.#now() };
    this.#browser.set(this.#holderKey(slot), JSON.stringify(entry));
  }

  #prune(): void {
    const oldest = this.#now() - MAX_AGE_MS;
    const newestFirst = this.#browser
      .keys()
      .filter((key) => key.startsWith(HOLDER_PREFIX))
      .map((key) => ({ key, usedAt: readEntry(this.#browser.get(key))?.usedAt ?? 0 }))
      .sort((a, b) => b.usedAt - a.usedAt);
    for (const [place, { key, usedAt }] of newestFirst.entries()) {
      if (place >= MAX_ENTRIES || usedAt < oldest) this.#browser.remove(key);
    }
  }
}
