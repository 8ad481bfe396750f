import type { Page } from '@playwright/test';
import { inflateSync } from 'fflate';
import { PAYLOAD_DICTIONARY } from '../../client/src/signaling/payload-dictionary.js';

/** One payload on its way: which page said it, counted from 0 in the order in which they came to this server. */
export interface Carried {
  readonly from: number;
  readonly payload: string;
}

/** What is handed to the other page in the place of one payload; nothing: it is dropped. */
export type Meddle = (carried: Carried, before: readonly Carried[]) => readonly string[];

interface Frame {
  readonly event?: string;
  readonly data?: { readonly payload?: string };
}

const relayFrame = (payload: string): string => JSON.stringify({ event: 'relay', data: { payload } });

const toBytes = (payload: string): Buffer => Buffer.from(payload, 'base64url');

/** The bytes before the content: version, page, sequence, epoch (PROTOCOL.md, "The relayed payload"). */
const HEADER_BYTES = 17;

/** What somebody can read who has everything that passes, but not the key. Tried wherever the content might begin. */
export function readWithoutKey(payload: string): string {
  const bytes = toBytes(payload);
  const texts = [bytes.toString('latin1')];
  for (const begin of [0, 1, HEADER_BYTES]) {
    for (const end of [bytes.length, bytes.length - 16]) {
      try {
        const inflated = inflateSync(bytes.subarray(begin, end), { dictionary: PAYLOAD_DICTIONARY });
        texts.push(Buffer.from(inflated).toString('utf8'));
      } catch {
        // Nothing that can be read this way.
      }
    }
  }
  return texts.join('\n');
}

/** The same payload with one bit of it changed. */
export function withBitFlipped(payload: string, at = HEADER_BYTES): string {
  const bytes = toBytes(payload);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64url');
}

/**
 * The server as somebody who has broken into it could run it: stands in the sockets of pages, sees all that is relayed and
 * hands on what it likes. The true server behind it keeps the seats.
 */
export class HostileServer {
  readonly carried: Carried[] = [];
  meddle: Meddle = ({ payload }) => [payload];
  readonly #pages: ((frame: string) => void)[] = [];

  /** From the next socket of this page on. */
  async standBetween(page: Page): Promise<void> {
    const from = this.#pages.push(() => undefined) - 1;
    await page.routeWebSocket(/\/api\/signal$/, (socket) => {
      const server = socket.connectToServer();
      this.#pages[from] = (frame) => {
        socket.send(frame);
      };
      socket.onMessage((message) => {
        if (!this.#relays(from, String(message))) server.send(message);
      });
    });
  }

  /** Says something to a page as if the other had. */
  inject(to: number, payload: string): void {
    this.#pages[to]?.(relayFrame(payload));
  }

  /** True: it was a payload, and was handed on as this server likes. */
  #relays(from: number, text: string): boolean {
    const { event, data } = JSON.parse(text) as Frame;
    if (event !== 'relay' || data?.payload === undefined) return false;
    const carried = { from, payload: data.payload };
    const handed = this.meddle(carried, [...this.carried]);
    this.carried.push(carried);
    for (const payload of handed) this.inject(1 - from, payload);
    return true;
  }
}

/** Runs in the page before its own scripts: takes the sealing out of it. For showing that sealing is what protects. */
export function withoutSealing(): void {
  // The empty page a tab begins with has nothing to take out.
  if (!isSecureContext) return;
  const TAG_BYTES = 16;
  const bytesOf = (data: BufferSource): Uint8Array =>
    ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);
  crypto.subtle.encrypt = async (_algorithm, _key, data) => {
    const plain = bytesOf(data);
    const whole = new Uint8Array(plain.length + TAG_BYTES);
    whole.set(plain);
    return whole.buffer;
  };
  crypto.subtle.decrypt = async (_algorithm, _key, data) => bytesOf(data).slice(0, -TAG_BYTES).buffer;
}
