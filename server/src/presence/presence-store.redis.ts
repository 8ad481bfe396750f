import { Logger } from '@nestjs/common';
import { AwayWatch } from '../ops/away-watch.js';
import { decodeBulletin, encodeBulletin, type Bulletin } from './bulletin.js';
import { decodeCall, encodeCall, type Call } from './call-state.js';
import { Echo } from './echo.js';
import type { Basis, Loaded, PresenceStore, StoreListener, Swapped } from './presence-store.js';
import type { PresenceWatch, StoreCommand } from './presence-watch.js';
import { COMMAND_LIMIT_MS, openClients, type Clients, type SharedStore } from './redis-clients.js';
import { callOf, channelOf, keyOf } from './redis-scripts.js';
import { StoreUnavailable } from './store-unavailable.js';
import { Subscriptions } from './subscriptions.js';

/** ms a command is tried again while the connection is just being made. */
const PATIENCE_MS = 500;
const RETRY_MS = 50;
/** ms a start waits for Redis; without it the server starts all the same and says that it is not ready. */
const START_MS = 3_000;
/** So many that on a Cluster of usual size every node has one. */
const TRIAL_CHANNELS = 16;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Fails when it takes longer than any command may, wherever the client left it waiting. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('no answer in time'));
    }, COMMAND_LIMIT_MS);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}

const asLoaded = (version: string | null, at: string, state: string | null): Loaded => ({
  call: state === null ? null : decodeCall(state),
  version: Number(version ?? 0),
  at: Number(at),
});

/** Calls in a Redis (7 or newer), alone, watched by Sentinels, or a Cluster, shared by any number of processes. */
export class RedisPresenceStore implements PresenceStore {
  readonly isShared = true;
  readonly #logger = new Logger(RedisPresenceStore.name);
  readonly #away = new AwayWatch({
    name: 'Redis',
    events: { away: 'store-away', back: 'store-back', failing: 'store-failing' },
    meanwhile:
      'Calls that are going on go on; nobody new gets in (of a Cluster: into those its lost node keeps).',
    ping: () => this.ping(),
  });
  readonly #echo: Echo;
  readonly #clients: Clients;
  readonly #subscriptions: Subscriptions;
  #listener: StoreListener | null = null;
  /** While it connects for the first time, that it cannot be reached yet is no news. */
  #isOpening = true;
  #lastError: unknown = new Error('it does not answer');
  #closed = false;

  /** Starts to connect; see `opened`. */
  constructor(
    where: SharedStore,
    private readonly watch?: PresenceWatch,
  ) {
    this.#echo = new Echo((seconds) => this.watch?.cameBack(seconds));
    this.#clients = openClients(where);
    const { subscriber } = this.#clients;
    this.#subscriptions = new Subscriptions(
      {
        ssubscribe: (channel) => inTime(subscriber.ssubscribe(channel)),
        sunsubscribe: (channel) => inTime(subscriber.sunsubscribe(channel)),
      },
      () => this.#listener?.onGap(),
    );
    subscriber.on('smessage', (channel: string, message: string) => {
      this.#echo.heard(message);
      const bulletin = decodeBulletin(message);
      if (bulletin) this.#listener?.onBulletin(callOf(channel), bulletin);
      // Another version's server on the same store, at most: nothing that this one could act on.
      else this.#logger.debug('something that is not understood came over the store');
    });
    this.#clients.onBreak(() => {
      this.#subscriptions.renew();
    });
    this.#clients.onError((error) => {
      this.#suspect(error);
    });
  }

  /** Resolves when everything works, or after a few seconds without. */
  async opened(): Promise<this> {
    const deadline = performance.now() + START_MS;
    let works = false;
    while (!works && performance.now() < deadline) {
      works = await this.#works();
      if (!works) await pause(RETRY_MS);
    }
    this.#isOpening = false;
    if (!works) this.#suspect(this.#lastError);
    return this;
  }

  /** Did it answer, as far as is known? */
  get isUp(): boolean {
    return this.#away.isUp;
  }

  async load(callId: string): Promise<Loaded> {
    const [version, state, at] = await this.#patiently('load', () =>
      this.#clients.commands.presenceLoad(keyOf(callId)),
    );
    return asLoaded(version, at, state);
  }

  async swap(
    callId: string,
    { version, at }: Basis,
    call: Call,
    ttlMs: number,
    bulletin?: Bulletin,
  ): Promise<Swapped> {
    const news = bulletin ? [encodeBulletin(bulletin)] : [];
    const [key, channel, state] = [keyOf(callId), channelOf(callId), encodeCall(call)];
    // Tried twice it is done once: the second finds another version.
    const [nowVersion, nowAt, nowState] = await this.#patiently('swap', () =>
      this.#clients.commands.presenceSwap(key, channel, version, at, state, Math.ceil(ttlMs), ...news),
    );
    return nowState === undefined
      ? { is: 'done', version: Number(nowVersion), at: Number(nowAt) }
      : { is: 'beaten', now: asLoaded(nowVersion, nowAt, nowState) };
  }

  async publish(callId: string, bulletin: Bulletin): Promise<void> {
    const text = encodeBulletin(bulletin);
    if (bulletin.is === 'relay') this.#echo.sent(text);
    await this.#once('publish', () => this.#clients.commands.spublish(channelOf(callId), text));
  }

  async subscribe(callId: string): Promise<void> {
    await this.#patiently('subscribe', () => this.#subscriptions.add(channelOf(callId)));
  }

  async unsubscribe(callId: string): Promise<void> {
    await this.#once('unsubscribe', () => this.#subscriptions.remove(channelOf(callId)));
  }

  listen(listener: StoreListener): void {
    this.#listener = listener;
  }

  /** Also asks every node of a Cluster: half of one cannot serve everybody. */
  async ping(): Promise<void> {
    const { commands, subscriber } = this.#clients;
    const isCluster = 'nodes' in commands;
    if (isCluster && commands.status !== 'ready')
      throw new StoreUnavailable(new Error('the Cluster is not known yet'));
    const clients = isCluster ? commands.nodes('master') : [commands, subscriber];
    await this.#once('ping', () => Promise.all(clients.map((client) => client.ping())));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#away.close();
    this.#listener = null;
    this.#subscriptions.close();
    this.#clients.disconnect();
  }

  /** Also connects what would otherwise be connected when the first person waits for it. */
  async #works(): Promise<boolean> {
    const channels = Array.from({ length: TRIAL_CHANNELS }, (_, number) => channelOf(`trial ${number}`));
    try {
      await this.ping();
      await Promise.all(
        channels.map((channel) => this.#once('subscribe', () => this.#subscriptions.add(channel))),
      );
      return true;
    } catch {
      // Why not is said when it has taken too long.
      return false;
    } finally {
      await Promise.allSettled(channels.map((channel) => this.#subscriptions.remove(channel)));
    }
  }

  async #once<T>(name: StoreCommand, command: () => Promise<T>): Promise<T> {
    try {
      return await inTime(command());
    } catch (error) {
      if (!this.#isOpening) this.watch?.failed(name);
      this.#suspect(error);
      throw new StoreUnavailable(error);
    }
  }

  /** Only for what may be done twice. */
  async #patiently<T>(name: StoreCommand, command: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.#once(name, command);
      } catch (error) {
        if (this.#closed || performance.now() >= deadline) throw error;
        await pause(RETRY_MS);
      }
    }
  }

  #suspect(error: unknown): void {
    if (this.#isOpening) this.#lastError = error;
    else this.#away.suspect(error);
  }
}
