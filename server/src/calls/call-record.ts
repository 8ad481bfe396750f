import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { CallEvent } from '../presence/call-machine.js';

/** What is worth writing down about a call. */
export type RecordedEvent = 'created' | CallEvent;

/** One thing that happened, on its way to be written. The id of the call goes no further than this process' memory. */
export interface Happening {
  readonly callId: string;
  readonly event: RecordedEvent;
  /** ms since 1970. */
  readonly at: number;
  /** UUID of its record. */
  readonly id: string;
}

/** One thing that happened, ready to be written: no word about who. */
export interface CallRecord {
  /** UUID of this record: written twice, it stands there once. */
  readonly id: string;
  /** Hash of the call's id under this server's secret. */
  readonly call: string;
  readonly event: RecordedEvent;
  /** ms since 1970. */
  readonly at: number;
}

/** Bytes of the hash that are kept: enough that no two calls share one. */
const HASH_BYTES = 16;

/**
 * What a call is called in the records. Not its id: with that, whoever reads the database or a copy of it could enter
 * calls. The same call has the same name as long as the server keeps its secret.
 */
export function callNamer(serverSecret: Buffer): (callId: string) => string {
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', serverSecret, '', 'o-to-o call records', 32)));
  return (callId) =>
    createHmac('sha256', key).update(callId).digest().subarray(0, HASH_BYTES).toString('base64url');
}

/** Happenings as records. A call is named once for all of its own: mostly a whole call is written at once. */
export function recordsOf(
  happenings: readonly Happening[],
  nameOf: (callId: string) => string,
): CallRecord[] {
  const names = new Map<string, string>();
  return happenings.map(({ callId, event, at, id }) => {
    const call = names.get(callId) ?? nameOf(callId);
    names.set(callId, call);
    return { id, call, event, at };
  });
}
