import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { isFields, parseJson, type Fields } from '../../server/src/protocol/index.js';

export interface Channel {
  readonly channelId: string;
  /** Which sender it was made for. */
  readonly key: string | undefined;
  /** Whose it is: a browser, by its name here, or the test. */
  readonly of: { readonly browser: string } | { readonly received: (sealed: Buffer) => void };
}

interface Message {
  readonly version: string;
  readonly token: string;
  readonly topic: string | undefined;
  readonly expiresAt: number;
  readonly frame: Fields;
  sent: boolean;
}

/** The browsers' side of a push service: who is connected, and what waits for whom until it is acknowledged. */
export class Mailboxes {
  acknowledged = 0;
  readonly channels = new Map<string, Channel>();
  readonly #online = new Map<string, WebSocket>();
  readonly #waiting = new Map<string, Message[]>();

  get online(): number {
    return this.#online.size;
  }

  connect(known: unknown, socket: WebSocket): string {
    const returning = typeof known === 'string' && this.#waiting.has(known);
    const browser = returning ? known : randomUUID().replaceAll('-', '');
    // What was not acknowledged before comes again.
    for (const message of this.#of(browser)) message.sent = false;
    this.#online.set(browser, socket);
    return browser;
  }

  disconnect(browser: string, socket: WebSocket): void {
    if (this.#online.get(browser) === socket) this.#online.delete(browser);
  }

  isOnline(browser: string): boolean {
    return this.#online.has(browser);
  }

  /** A newer message of the same topic takes the place of one that was not delivered yet. */
  put(browser: string, message: Message): void {
    const kept = this.#of(browser).filter(
      ({ sent, topic, token }) =>
        sent || topic === undefined || topic !== message.topic || token !== message.token,
    );
    this.#waiting.set(browser, [...kept, message]);
    this.deliver(browser);
  }

  deliver(browser: string): void {
    const socket = this.#online.get(browser);
    const alive = this.#of(browser).filter(({ sent, expiresAt }) => sent || expiresAt > Date.now());
    this.#waiting.set(browser, alive);
    for (const message of socket ? alive : []) {
      if (message.sent) continue;
      message.sent = true;
      socket?.send(JSON.stringify(message.frame));
    }
  }

  acknowledge(browser: string, versions: readonly unknown[]): void {
    const before = this.#of(browser);
    const left = before.filter(({ version }) => !versions.includes(version));
    this.acknowledged += before.length - left.length;
    this.#waiting.set(browser, left);
  }

  #of(browser: string): Message[] {
    const messages = this.#waiting.get(browser) ?? [];
    this.#waiting.set(browser, messages);
    return messages;
  }
}

/** Speaks with one browser, in the words of Firefox's push service ("autopush"). */
export function serveBrowser(socket: WebSocket, boxes: Mailboxes, origin: () => string): void {
  let browser = '';
  const say = (message: Fields): void => socket.send(JSON.stringify(message));
  const hear: Readonly<Record<string, (message: Fields) => void>> = {
    hello: ({ uaid }) => {
      browser = boxes.connect(uaid, socket);
      say({ messageType: 'hello', status: 200, uaid: browser, use_webpush: true, broadcasts: {} });
      boxes.deliver(browser);
    },
    register: ({ channelID, key }) => {
      const token = randomUUID().replaceAll('-', '');
      const bound = typeof key === 'string' ? key : undefined;
      boxes.channels.set(token, { channelId: String(channelID), key: bound, of: { browser } });
      say({ messageType: 'register', channelID, status: 200, pushEndpoint: `${origin()}/push/${token}` });
    },
    unregister: ({ channelID }) => {
      for (const [token, { channelId }] of boxes.channels)
        if (channelId === channelID) boxes.channels.delete(token);
      say({ messageType: 'unregister', channelID, status: 200 });
    },
    ack: ({ updates }) => {
      const told: readonly unknown[] = Array.isArray(updates) ? updates : [];
      boxes.acknowledge(
        browser,
        told.map((update) => (isFields(update) ? update.version : null)),
      );
    },
  };
  socket.on('message', (data: Buffer) => {
    const json = parseJson(data.toString('utf8'));
    const message = json.ok && isFields(json.value) ? json.value : {};
    const { messageType } = message;
    // An empty object asks whether this end is alive.
    if (messageType === undefined) say({});
    else hear[typeof messageType === 'string' ? messageType : '']?.(message);
  });
  socket.on('close', () => boxes.disconnect(browser, socket));
  socket.on('error', () => socket.terminate());
}
