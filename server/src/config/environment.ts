import { isIP } from 'node:net';
import { z } from 'zod';
import { LOG_LEVELS } from './app-config.js';
import { REDIS_MODES } from './redis-source.js';
import { parsePushHost } from './push-hosts.js';

/** The environment as it comes: text or nothing. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Push services of the browsers people have: Chromium, Firefox, Safari, Edge. */
const PUSH_SERVICES = [
  'fcm.googleapis.com',
  'push.services.mozilla.com',
  'push.apple.com',
  'notify.windows.com',
];

/** The registered port of STUN (RFC 8489, section 8). */
export const DEFAULT_STUN_PORT = 3478;

/** A signature under a secret shorter than this (characters) can be guessed. */
const MIN_SECRET_LENGTH = 16;

function wholeNumberLike(example: number, min: number, max: number, what: string) {
  const range = `must be ${what} from ${min} to ${max}, for example ${example}`;
  return z
    .string()
    .regex(/^\d{1,12}$/, range)
    .transform(Number)
    .refine((value) => value >= min && value <= max, range);
}

const wholeNumber = (fallback: number, min: number, max: number, what: string) =>
  wholeNumberLike(fallback, min, max, what).default(fallback);

/** Comma-separated text → its parts, each of which must pass. */
function list(problem: string, isRight: (part: string) => boolean) {
  return z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .refine((parts) => parts.every(isRight), problem);
}

function parsed(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

const hasScheme = (text: string, ...schemes: string[]): boolean => {
  const url = parsed(text);
  return url !== null && schemes.includes(url.protocol) && url.hostname !== '';
};

function isOrigin(text: string): boolean {
  const url = parsed(text);
  return (
    url !== null && hasScheme(text, 'http:', 'https:') && [url.origin, `${url.origin}/`].includes(url.href)
  );
}

/** An address, or a network as address/bits. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

const isStunUrl = (text: string): boolean =>
  /^stuns?:[^\s:/?#@,]+(:\d{1,5})?$|^stuns?:\[[0-9a-f:.]+\](:\d{1,5})?$/i.test(text);

const base64Url = (bytes: number, problem: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]+=*$/, problem)
    .refine((text) => Buffer.from(text, 'base64url').length === bytes, problem);

const DATABASE_URL =
  'must be a PostgreSQL address, for example postgres://o_to_o:secret@localhost:5432/o_to_o';
const ORIGIN = 'must be what people type, without a path, for example https://call.example';
const PUBLIC_KEY =
  'must be a VAPID public key (65 bytes, base64url), for example from "npx web-push generate-vapid-keys"';
const PRIVATE_KEY =
  'must be a VAPID private key (32 bytes, base64url), for example from "npx web-push generate-vapid-keys"';
const SUBJECT = 'must be a mailto: or https: address, for example mailto:you@call.example';

/** One line for each variable; what is wrong with a value is said with what a right one looks like. */
export const environmentSchema = z.object({
  PORT: wholeNumber(3000, 0, 65_535, 'a TCP port'),
  /** Not 0: whoever collects could not know which one it became. */
  METRICS_PORT: wholeNumberLike(9464, 1, 65_535, 'a TCP port').optional(),
  PUBLIC_ORIGIN: z
    .string()
    .refine(isOrigin, ORIGIN)
    .transform((text) => new URL(text).origin)
    .optional(),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: z
    .string()
    .refine((text) => hasScheme(text, 'postgres:', 'postgresql:'), DATABASE_URL)
    .optional(),
  DATABASE_POOL: wholeNumber(6, 2, 100, 'a number of connections'),
  REDIS_URL: list(
    'must be one or more Redis addresses, comma-separated, for example redis://localhost:6379',
    (url) => hasScheme(url, 'redis:', 'rediss:'),
  ).default([]),
  REDIS_MODE: z
    .enum(REDIS_MODES, `must be one of ${REDIS_MODES.join(', ')}, for example cluster`)
    .default('auto'),
  REDIS_SENTINEL_NAME: z.string().default('mymaster'),
  REDIS_SENTINEL_PASSWORD: z.string().optional(),
  STUN_URLS: list(
    'must be STUN addresses, comma-separated, for example stun:stun.call.example:3478',
    isStunUrl,
  ).optional(),
  /** Whether it was given matters: see StunSource. */
  STUN_PORT: wholeNumberLike(DEFAULT_STUN_PORT, 0, 65_534, 'a UDP port').optional(),
  SEAT_GRACE_MS: wholeNumber(60_000, 0, 86_400_000, 'whole milliseconds'),
  PULSE_MS: wholeNumber(25_000, 50, 600_000, 'whole milliseconds'),
  CALL_TTL_S: wholeNumber(604_800, 1, 31_536_000, 'whole seconds'),
  SERVER_SECRET: z
    .string()
    .min(
      MIN_SECRET_LENGTH,
      `must be at least ${MIN_SECRET_LENGTH} random characters, for example from "openssl rand -base64 32"`,
    )
    .optional(),
  VAPID_PUBLIC_KEY: base64Url(65, PUBLIC_KEY).optional(),
  VAPID_PRIVATE_KEY: base64Url(32, PRIVATE_KEY).optional(),
  VAPID_SUBJECT: z
    .string()
    .refine((text) => /^mailto:[^@\s]+@[^@\s]+$/.test(text) || hasScheme(text, 'https:'), SUBJECT)
    .optional(),
  PUSH_ENDPOINT_ALLOW: list(
    'must be host names of push services, comma-separated, for example fcm.googleapis.com',
    (text) => parsePushHost(text) !== null,
  ).default(PUSH_SERVICES),
  TRUST_PROXY: list(
    'must be addresses or networks of your proxies, comma-separated, for example 10.0.0.0/8',
    isNetwork,
  ).default([]),
  RATE_LIMITS: z.enum(['on', 'off'], 'must be "on" or "off"').default('on'),
  RETENTION_DAYS: wholeNumber(30, 0, 36_500, 'whole days'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}, for example info`).default('info'),
});

export type Settings = z.output<typeof environmentSchema>;
export type VariableName = keyof Settings;

const isVariable = (name: string): name is VariableName => name in environmentSchema.shape;

/** Empty means unset, as in a compose file's `NAME=`; only of STUN_URLS it says something: none. */
function given(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment).flatMap(([name, text]) =>
    isVariable(name) && text !== undefined && (text.trim() !== '' || name === 'STUN_URLS')
      ? [[name, text.trim()] as const]
      : [],
  );
  return Object.fromEntries(entries);
}

export type ReadEnvironment = { ok: true; settings: Settings } | { ok: false; problems: readonly string[] };

/** The environment → settings, or a line for every variable that cannot be right. Never repeats a value: it may be a secret. */
export function readEnvironment(environment: Environment): ReadEnvironment {
  const result = environmentSchema.safeParse(given(environment));
  if (result.success) return { ok: true, settings: result.data };
  const byName = new Map(result.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
  return { ok: false, problems: [...byName].map(([name, message]) => `${name} ${message}.`) };
}
