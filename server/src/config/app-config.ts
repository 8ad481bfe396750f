import type { PushHost } from './push-hosts.js';
import type { RedisSource } from './redis-source.js';

/** Where browsers ask what their own address is. `elsewhere` with no addresses: nowhere. */
export type StunSource =
  | {
      readonly is: 'embedded';
      /** First of two UDP ports: this one and the next. */
      readonly port: number;
      /** Somebody chose the port: then a taken one stops the start. The default being taken is only a warning. */
      readonly chosen: boolean;
    }
  | { readonly is: 'elsewhere'; readonly urls: readonly string[] };

/** Where what happened is written down. */
export type DatabaseSource =
  | { readonly is: 'embedded'; readonly dataDir: string }
  | {
      readonly is: 'postgres';
      readonly url: string;
      /** Connections this process opens at most. */
      readonly pool: number;
    };

/** The keys Web Push senders are known by (RFC 8292), base64url. */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
  /** `mailto:` or `https:`: whom a push service may write to about this server. */
  readonly subject: string;
}

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything the environment decides, checked once at the start and never changed. */
export interface AppConfig {
  /** TCP port for pages, HTTP and the signaling socket. */
  readonly port: number;
  /** TCP port for `/metrics` alone; null: it is at `port`. */
  readonly metricsPort: number | null;
  /** What people type: `https://call.example` (no path, no slash at the end). */
  readonly publicOrigin: string;
  /** Origins whose pages may open the signaling socket. */
  readonly allowedOrigins: readonly string[];
  readonly dataDir: string;
  readonly database: DatabaseSource;
  readonly redis: RedisSource;
  readonly stun: StunSource;
  /** ms a dropped seat is kept for its holder. */
  readonly seatGraceMs: number;
  /** ms between two signs of life of a page. */
  readonly pulseMs: number;
  /** Seconds the link of an empty call works. */
  readonly callTtlS: number;
  /** Signs call ids and tickets. */
  readonly serverSecret: Buffer;
  readonly vapid: VapidKeys;
  /** The push services this server may post to. */
  readonly pushEndpointAllow: readonly PushHost[];
  /** Addresses and networks (CIDR) of proxies whose `X-Forwarded-For` counts. */
  readonly trustProxy: readonly string[];
  readonly rateLimits: 'on' | 'off';
  /** Days after which the records of a call are deleted. */
  readonly retentionDays: number;
  readonly logLevel: LogLevel;
}

/** Injection token of the one `AppConfig`. */
export const APP_CONFIG = Symbol('AppConfig');

/** Why this server cannot start: one sentence for a person, printed as the only line. */
export class StartupProblem extends Error {
  override readonly name = 'StartupProblem';
}
