import {
  DEVICE_ID_BYTES,
  DEVICE_SECRET_BYTES,
  isBase64Url,
  isFields,
  isRingId,
  isRingKey,
  isSlug,
  type RingState,
} from '@protocol';
import { deleteDB, openDB, type IDBPDatabase } from 'idb';
import { cleanName } from './names';

// What this browser alone knows of being rung: the database `o-to-o`. Pages and the service worker read and write it alike.

/** What proves to the server that this is the device that made its ring links. */
export interface KeptDevice {
  readonly deviceId: string;
  readonly deviceSecret: string;
}

/** Minutes of the day, local time; `from` may be later than `to`: then it passes midnight. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

/** A ring link of this device's own. */
export interface KeptLink {
  readonly slug: string;
  /** Whom it is for, in the owner's words; may be empty. */
  readonly name: string;
  readonly publicKey: string;
  /** Opens what callers seal; cannot be taken out of this browser. */
  readonly privateKey: CryptoKey;
  /** As chosen, in local time: the server has them in UTC, which moves twice a year. */
  readonly quiet: QuietHours | null;
  /** Made in place of one the server has lost: whoever has the old address needs this one. */
  readonly renewed: boolean;
}

/** The way to ring somebody. */
export interface RingAddress {
  readonly slug: string;
  readonly publicKey: string;
}

/** Somebody who can be rung from here. */
export interface KeptPerson extends RingAddress {
  readonly name: string;
}

/** Who rang and was not talked to. */
export interface KeptTrace {
  readonly ringId: string;
  /** The own link that was rung. */
  readonly slug: string;
  /** Who they said they were; may be empty. */
  readonly name: string;
  /** Their own ring link, if they sent it along. */
  readonly back: RingAddress | null;
  readonly state: Extract<RingState, 'missed' | 'busy' | 'cancelled' | 'declined'>;
  /** ms since 1970 */
  readonly at: number;
}

const NAME = 'o-to-o';
const VERSION = 1;
type StoreName = 'device' | 'links' | 'people' | 'traces';

export const MINUTES_A_DAY = 24 * 60;
const isMinute = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < MINUTES_A_DAY;

function readDevice(value: unknown): KeptDevice | null {
  if (!isFields(value)) return null;
  const { deviceId, deviceSecret } = value;
  if (!isBase64Url(deviceId, DEVICE_ID_BYTES) || !isBase64Url(deviceSecret, DEVICE_SECRET_BYTES)) return null;
  return { deviceId, deviceSecret };
}

/** Quiet hours as they may stand in storage; null: none that could be. */
export function readQuiet(value: unknown): QuietHours | null {
  if (!isFields(value)) return null;
  const { from, to } = value;
  return isMinute(from) && isMinute(to) && from !== to ? { from, to } : null;
}

/** Does this open and lead anywhere? What is sealed along, imported or stored may be anybody's. */
export function readAddress(value: unknown): RingAddress | null {
  if (!isFields(value)) return null;
  const { slug, publicKey } = value;
  return isSlug(slug) && isRingKey(publicKey) ? { slug, publicKey } : null;
}

const readName = (value: unknown): string => (typeof value === 'string' ? cleanName(value) : '');

function readLink(value: unknown): KeptLink | null {
  const address = readAddress(value);
  if (!address || !isFields(value)) return null;
  const { privateKey } = value;
  if (!(privateKey instanceof CryptoKey) || privateKey.type !== 'private') return null;
  const quiet = readQuiet(value['quiet']);
  return { ...address, name: readName(value['name']), privateKey, quiet, renewed: value['renewed'] === true };
}

/** A person as they may stand in storage or in a file. */
export function readPerson(value: unknown): KeptPerson | null {
  const address = readAddress(value);
  return address && isFields(value) ? { ...address, name: readName(value['name']) } : null;
}

const TRACES: readonly KeptTrace['state'][] = ['missed', 'busy', 'cancelled', 'declined'];

function readTrace(value: unknown): KeptTrace | null {
  if (!isFields(value)) return null;
  const { ringId, slug, at } = value;
  const state = TRACES.find((known) => known === value['state']);
  if (!isRingId(ringId) || !isSlug(slug) || !state || typeof at !== 'number') return null;
  return { ringId, slug, name: readName(value['name']), back: readAddress(value['back']), state, at };
}

const CLOSED: Promise<null> = Promise.resolve(null);
let opened: Promise<IDBPDatabase | null> = CLOSED;

/**
 * Null where the browser keeps nothing for this page (blocked storage, some private windows), or where nothing was kept yet
 * and nothing is to be: whoever only looks must not leave a database behind, least of all after it was deleted.
 */
async function open(make: boolean): Promise<IDBPDatabase | null> {
  try {
    return await openDB(NAME, VERSION, {
      upgrade(database, before, _now, transaction) {
        if (before === 0 && !make) {
          // What is not awaited here ends in the same refusal as the opening itself.
          transaction.done.catch(() => undefined);
          transaction.abort();
          return;
        }
        database.createObjectStore('device');
        database.createObjectStore('links', { keyPath: 'slug' });
        database.createObjectStore('people', { keyPath: 'slug' });
        database.createObjectStore('traces', { keyPath: 'ringId' });
      },
      // Another page forgets the device, or is of a newer version: it must not wait for this one.
      blocking(_current, _blocked, event) {
        opened = CLOSED;
        if (event.target instanceof IDBDatabase) event.target.close();
      },
      terminated: () => {
        opened = CLOSED;
      },
    });
  } catch {
    return null;
  }
}

const database = (make: boolean): Promise<IDBPDatabase | null> =>
  (opened = opened.then((kept) => kept ?? open(make)));

/** Is what is put here still there tomorrow? */
export const keepsAnything = async (): Promise<boolean> => (await database(true)) !== null;

/**
 * One kind of thing in the database. Never throws: where nothing is kept, nothing is found, and `put` says so. What is
 * read has passed `read`; what did not is as if it were not there.
 */
class Store<T> {
  readonly #name: StoreName;
  readonly #read: (value: unknown) => T | null;
  /** For the one thing that has no key of its own. */
  readonly #only: string | undefined;

  constructor(name: StoreName, read: (value: unknown) => T | null, only?: string) {
    this.#name = name;
    this.#read = read;
    this.#only = only;
  }

  async all(): Promise<readonly T[]> {
    const found = await this.#attempt((kept) => kept.getAll(this.#name));
    return (found ?? []).flatMap((value: unknown) => this.#read(value) ?? []);
  }

  async get(key: string): Promise<T | null> {
    const found: unknown = await this.#attempt((kept) => kept.get(this.#name, key));
    return this.#read(found);
  }

  /** False: it is not kept. */
  async put(value: T): Promise<boolean> {
    return (await this.#attempt((kept) => kept.put(this.#name, value, this.#only), true)) !== undefined;
  }

  async remove(key: string): Promise<void> {
    await this.#attempt((kept) => kept.delete(this.#name, key));
  }

  async clear(): Promise<void> {
    await this.#attempt((kept) => kept.clear(this.#name));
  }

  /** undefined: the browser refused. A connection that another page or the browser closed is made anew, once. */
  async #attempt<R>(use: (kept: IDBPDatabase) => Promise<R>, make = false): Promise<R | undefined> {
    for (const _try of [1, 2]) {
      const kept = await database(make);
      if (!kept) return undefined;
      try {
        return await use(kept);
      } catch (problem) {
        if (!(problem instanceof DOMException) || problem.name !== 'InvalidStateError') return undefined;
        opened = CLOSED;
      }
    }
    return undefined;
  }
}

/** The key of the one device this browser is. */
export const THIS_DEVICE = 'this';

export const devices = new Store<KeptDevice>('device', readDevice, THIS_DEVICE);
export const links = new Store<KeptLink>('links', readLink);
export const people = new Store<KeptPerson>('people', readPerson);
export const traces = new Store<KeptTrace>('traces', readTrace);

/** Nothing of it is left; false: the browser could not do it (then everything in it is emptied at least). */
export async function deleteInvites(): Promise<boolean> {
  await Promise.all([devices.clear(), links.clear(), people.clear(), traces.clear()]);
  const kept = await opened;
  opened = CLOSED;
  kept?.close();
  try {
    await deleteDB(NAME);
    return true;
  } catch {
    return false;
  }
}
