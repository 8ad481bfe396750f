import { lookup as systemLookup } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { isLoopback } from '../config/push-hosts.js';
import { ForbiddenAddress, guardedLookup, type Lookup } from './guarded-lookup.js';
import { isPublicAddress } from './public-address.js';
import type { PushEndpoint } from './push-endpoint.js';
import { retryAfter } from './retry-after.js';

/** What became of a message. */
export type PushResult =
  /** The push service has it. */
  | { readonly is: 'sent' }
  /** The subscription is no more: forget it. */
  | { readonly is: 'gone' }
  /** The service has too much to do, or fails. `afterS`: seconds after which it wants to be asked again; null: not said. */
  | { readonly is: 'busy' | 'down'; readonly afterS: number | null }
  /** The service does not want it, and will not. A redirect is never followed, and counts as this. */
  | { readonly is: 'refused'; readonly status: number }
  /** The name leads into a private network: nobody was called. */
  | { readonly is: 'forbidden' }
  /** No answer. `code`: the system's, fit for a log; nothing that came from anybody. */
  | { readonly is: 'failed'; readonly code: string };

/** A message ready to be posted: encrypted, with the headers that go with it. */
export interface PushMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface PushTransportOptions {
  /** ms for all of it: the name, the connection, the answer. Default 10 s. */
  readonly withinMs?: number;
  /** Bytes of an answer that are read; nothing in it is used. Default 16 KiB. */
  readonly answerBytes?: number;
  /** Finds the addresses of a name; default: the system's way. */
  readonly lookup?: Lookup;
  /** Certificates to trust instead of those of the system (PEM). */
  readonly ca?: string;
}

const WITHIN_MS = 10_000;
const ANSWER_BYTES = 16 * 1024;
/** Bytes of all headers of an answer. */
const HEADER_BYTES = 16 * 1024;
/** Push services are few: each is spoken to over some connections, which stay open for a while (ms). */
const CONNECTIONS = { keepAlive: true, maxSockets: 16, maxFreeSockets: 4, timeout: 30_000 } as const;

function resultOf({ statusCode = 0, headers }: IncomingMessage): PushResult {
  if (statusCode >= 200 && statusCode < 300) return { is: 'sent' };
  if (statusCode === 404 || statusCode === 410) return { is: 'gone' };
  if (statusCode === 429 || statusCode >= 500) {
    const afterS = retryAfter(headers['retry-after'], Date.now());
    return { is: statusCode === 429 ? 'busy' : 'down', afterS };
  }
  return { is: 'refused', status: statusCode };
}

function failureOf(error: Error): PushResult {
  if (error instanceof ForbiddenAddress) return { is: 'forbidden' };
  if (error.name === 'AbortError') return { is: 'failed', code: 'ETIMEDOUT' };
  return { is: 'failed', code: 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN' };
}

/** Posts messages to push services, and to nothing else whatever their endpoints say. */
export class PushTransport {
  readonly #withinMs: number;
  readonly #answerBytes: number;
  readonly #agents: Readonly<Record<PushEndpoint['reach'], Agent>>;

  constructor(options: PushTransportOptions = {}) {
    const { withinMs = WITHIN_MS, answerBytes = ANSWER_BYTES, lookup = systemLookup, ca } = options;
    this.#withinMs = withinMs;
    this.#answerBytes = answerBytes;
    const agentFor = (isAllowed: (address: string) => boolean): Agent =>
      new Agent({
        ...CONNECTIONS,
        lookup: guardedLookup(lookup, isAllowed),
        ...(ca === undefined ? {} : { ca }),
      });
    this.#agents = { public: agentFor(isPublicAddress), loopback: agentFor(isLoopback) };
  }

  /** Never rejects. */
  post({ url, reach }: PushEndpoint, { headers, body }: PushMessage): Promise<PushResult> {
    return new Promise((resolve) => {
      const sent = request(url, {
        method: 'POST',
        agent: this.#agents[reach],
        headers: { ...headers, 'content-length': body.length },
        maxHeaderSize: HEADER_BYTES,
        signal: AbortSignal.timeout(this.#withinMs),
      });
      sent.on('response', (response) => {
        resolve(resultOf(response));
        this.#readOff(response);
      });
      // What goes wrong after the answer changes nothing any more.
      sent.on('error', (error) => {
        resolve(failureOf(error));
      });
      sent.end(body);
    });
  }

  /** Ends what is under way. */
  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  /** A connection whose answer was read can be used again; one that says too much is cut. */
  #readOff(response: IncomingMessage): void {
    let bytes = 0;
    response.on('error', () => undefined);
    response.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > this.#answerBytes) response.destroy();
    });
  }
}
