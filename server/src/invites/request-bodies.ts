import { ECDH } from 'node:crypto';
import { z } from 'zod';
import { isCaller, isCallerName, isCallIdShaped, isSealedKey } from '../protocol/index.js';
import { unusable } from '../ops/problem.js';

// What comes in the bodies of requests about ringing. Members nobody knows are ignored: newer pages may send more.

/** Minutes of a day. */
const DAY = 1440;
/** The longest talk (minutes) somebody may say they give each caller. */
export const MAX_LINE_MINUTES = 240;
/** Bytes of the secret a browser shares with whoever pushes to it (RFC 8291). */
const AUTH_BYTES = 16;

const BASE64URL = /^[\w-]+=*$/;

function isPoint(text: string): boolean {
  try {
    return ECDH.convertKey(text, 'prime256v1', 'base64url', 'hex', 'uncompressed').length === 130;
  } catch {
    return false;
  }
}

const P256DH = '"keys.p256dh" must be a public key on P-256 (base64url).';
const AUTH = '"keys.auth" must be 16 bytes (base64url).';

/** A `PushSubscription.toJSON()`. Whether its endpoint may be called is `checkPushEndpoint`'s. */
export const subscriptionSchema = z.object(
  {
    endpoint: z.string('"endpoint" must be text.'),
    keys: z.object(
      {
        p256dh: z
          .string(P256DH)
          .max(100, P256DH)
          .regex(BASE64URL, P256DH)
          .refine(isPoint, P256DH)
          .transform((text) => text.replace(/=+$/, '')),
        auth: z
          .string(AUTH)
          .max(100, AUTH)
          .regex(BASE64URL, AUTH)
          .refine((text) => Buffer.from(text, 'base64url').length === AUTH_BYTES, AUTH)
          .transform((text) => text.replace(/=+$/, '')),
      },
      '"keys" must hold "p256dh" and "auth".',
    ),
  },
  'Send a PushSubscription.toJSON(): an object with "endpoint" and "keys".',
);
export type Subscription = z.output<typeof subscriptionSchema>;

const MINUTE = '"quietHours" must be null, or "from" and "to" in minutes of the day (UTC), which differ.';
const minute = z
  .int(MINUTE)
  .min(0, MINUTE)
  .max(DAY - 1, MINUTE);
const LINE = `"line" must be null, or "open" (true or false) and "minutes" (null, or 1 to ${MAX_LINE_MINUTES}).`;

export const linkChangeSchema = z.object(
  {
    accepting: z.boolean('"accepting" must be true or false.').optional(),
    quietHours: z
      .object({ from: minute, to: minute }, MINUTE)
      .refine(({ from, to }) => from !== to, MINUTE)
      .nullable()
      .optional(),
    line: z
      .object(
        {
          open: z.boolean(LINE),
          minutes: z.int(LINE).min(1, LINE).max(MAX_LINE_MINUTES, LINE).nullable(),
        },
        LINE,
      )
      .nullable()
      .optional(),
  },
  'Send an object with what is to be changed: "accepting", "quietHours" or "line".',
);
export type LinkChange = z.output<typeof linkChangeSchema>;

/** What a caller says. */
export interface RingContent {
  readonly callId: string;
  readonly sealedKey: string;
  readonly callerName?: string;
}

/** The same, and what this caller's browser is called by this link, if it says so. That is for nobody but this server. */
export interface NewRing {
  readonly content: RingContent;
  readonly caller: string | null;
}

const CALL_ID = '"callId" must be a call of this server.';
const CALLER_NAME = '"callerName" must be text of at most 64 characters, without control characters.';
const CALLER = '"caller" must be 16 bytes (base64url).';
const SEALED_KEY = '"sealedKey" must be base64url of at most 2048 characters.';

export const newRingSchema: z.ZodType<NewRing> = z
  .object(
    {
      callId: z.string(CALL_ID).refine(isCallIdShaped, CALL_ID),
      callerName: z.string(CALLER_NAME).refine(isCallerName, CALLER_NAME).optional(),
      caller: z.string(CALLER).refine(isCaller, CALLER).optional(),
      sealedKey: z.string(SEALED_KEY).refine(isSealedKey, SEALED_KEY),
    },
    'Send an object with "callId" and "sealedKey".',
  )
  .transform(({ callId, sealedKey, callerName, caller = null }) => ({
    content: { callId, sealedKey, ...(callerName === undefined ? {} : { callerName }) },
    caller,
  }));

const BUSY = '"busy" must be true or false.';
const declineSchema = z.object({ busy: z.boolean(BUSY).default(false) }, 'Send an object, or nothing.');

/**
 * Does who declines say that it is because of another call? There need not be a body.
 * @throws ProblemError 400
 */
export const saysBusy = (body: unknown): boolean => read(declineSchema, body ?? {}).busy;

/** @throws ProblemError 400 with a sentence that names what is wrong */
export function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw unusable(result.error.issues[0]?.message ?? 'The request cannot be used. See /api/docs.');
}
