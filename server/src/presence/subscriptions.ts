/** What this needs of a Redis client; on a Cluster one channel a command. */
export interface ChannelClient {
  ssubscribe(channel: string): Promise<unknown>;
  sunsubscribe(channel: string): Promise<unknown>;
}

/** ms between two questions whether what is published still arrives: a dead connection says nothing by itself. */
const PROBE_MS = 5_000;
/** ms until what could not be subscribed is tried again. */
const RETRY_MS = 250;

/** Keeps the wanted channels subscribed, whatever becomes of the connection, and says when something was missed. */
export class Subscriptions {
  readonly #wanted = new Set<string>();
  /** Wanted, and not known to arrive. */
  readonly #missing = new Set<string>();
  readonly #probe: NodeJS.Timeout;
  #retry: NodeJS.Timeout | null = null;
  #renewing = false;
  #closed = false;

  /** @param onGap what was missing arrives again; what was published meanwhile is gone. */
  constructor(
    private readonly client: ChannelClient,
    private readonly onGap: () => void,
  ) {
    this.#probe = setInterval(() => void this.#probeOne(), PROBE_MS).unref();
  }

  /** Resolves when what is published from now on will arrive. */
  async add(channel: string): Promise<void> {
    this.#wanted.add(channel);
    await this.client.ssubscribe(channel);
  }

  async remove(channel: string): Promise<void> {
    this.#missing.delete(channel);
    if (this.#wanted.delete(channel)) await this.client.sunsubscribe(channel);
  }

  /** The connection broke, or is another one: everything is subscribed anew. */
  renew(): void {
    for (const channel of this.#wanted) this.#missing.add(channel);
    if (!this.#renewing && !this.#closed) void this.#renewAll();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#probe);
    if (this.#retry) clearTimeout(this.#retry);
    this.#wanted.clear();
    this.#missing.clear();
  }

  async #renewAll(): Promise<void> {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    this.#renewing = true;
    const round = [...this.#missing];
    this.#missing.clear();
    const done = await Promise.all(round.map((channel) => this.#renewOne(channel)));
    this.#renewing = false;
    if (this.#closed) return;
    if (done.includes(true)) this.onGap();
    if (this.#missing.size > 0) this.#retry = setTimeout(() => void this.#renewAll(), RETRY_MS).unref();
  }

  async #renewOne(channel: string): Promise<boolean> {
    try {
      await this.client.ssubscribe(channel);
      return true;
    } catch {
      // The store's log hears of it through the client's error events.
      if (this.#wanted.has(channel)) this.#missing.add(channel);
      return false;
    }
  }

  /** One at random: on a Cluster each node is asked sooner or later, in proportion to what hangs on it. */
  async #probeOne(): Promise<void> {
    const channels = [...this.#wanted];
    const channel = channels[Math.floor(Math.random() * channels.length)];
    if (channel === undefined || this.#renewing) return;
    try {
      await this.client.ssubscribe(channel);
    } catch {
      this.renew();
    }
  }
}
