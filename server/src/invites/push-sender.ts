import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import webPush from 'web-push';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { say } from '../ops/log-events.js';
import { Metrics } from '../ops/metrics.js';
import type { PushPayload, UndeliveredReason } from '../protocol/index.js';
import { Devices, type KeptSubscription } from './devices.js';
import { checkPushEndpoint } from './push-endpoint.js';
import { PushTransport, type PushMessage, type PushResult } from './push-transport.js';

/** What became of a message to a device. */
export type Sent =
  | { readonly is: 'sent' }
  /** `again`: it makes sense to try once more; after so many seconds at least, where the service said so. */
  | {
      readonly is: 'unsent';
      readonly reason: UndeliveredReason;
      readonly again: boolean;
      readonly afterS: number | null;
    };

/** How a message is to be handled by the push service (RFC 8030). */
export interface Delivery {
  /** Seconds it is kept for a device that is not there. */
  readonly ttlS: number;
  /** Of messages with the same topic only the last one is kept: one per ring. */
  readonly topic: string;
}

/** Status of a push service that takes no message of this size. */
const TOO_LARGE = 413;

/** ms between two lines about push services that fail. */
const QUIET_MS = 600_000;

const unsent = (reason: UndeliveredReason, again = false, afterS: number | null = null): Sent => ({
  is: 'unsent',
  reason,
  again,
  afterS,
});

function sentOf(result: PushResult): Sent {
  switch (result.is) {
    case 'sent':
      return { is: 'sent' };
    case 'gone':
      return unsent('no-device');
    case 'busy':
      return unsent('service-busy', true, result.afterS);
    case 'down':
      return unsent('service-down', true, result.afterS);
    case 'failed':
      return unsent('service-down', true);
    case 'refused':
    case 'forbidden':
      return unsent('refused');
  }
}

/** Encrypts messages to devices (RFC 8291), signs them with this server's name (RFC 8292), and posts them. */
@Injectable()
export class PushSender implements OnApplicationShutdown {
  readonly #logger = new Logger(PushSender.name);
  #quietUntil = 0;

  constructor(
    private readonly devices: Devices,
    private readonly transport: PushTransport,
    private readonly metrics: Metrics,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * A subscription that is no more is forgotten. `smaller`: said instead where the service takes no message so large.
   * @throws DatabaseAway
   */
  async send(
    deviceId: string,
    payload: PushPayload,
    delivery: Delivery,
    smaller?: PushPayload,
  ): Promise<Sent> {
    const kept = await this.devices.subscriptionOf(deviceId);
    if (!kept) return unsent('no-device');
    const result = await this.#post(kept, payload, delivery);
    if (result.is === 'gone') await this.devices.dropSubscription(deviceId, kept);
    if (result.is === 'refused' && result.status === TOO_LARGE && smaller)
      return this.send(deviceId, smaller, delivery);
    return sentOf(result);
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }

  async #post(kept: KeptSubscription, payload: PushPayload, delivery: Delivery): Promise<PushResult> {
    // Looked at again: which services are allowed may have changed since the device subscribed.
    const checked = checkPushEndpoint(kept.subscription.endpoint, this.config.pushEndpointAllow);
    const result: PushResult = checked.ok
      ? await this.transport.post(checked.endpoint, this.#sealed(kept, payload, delivery))
      : { is: 'forbidden' };
    this.metrics.pushes.inc(result.is);
    if (result.is === 'down' || result.is === 'failed') this.#complain(result);
    return result;
  }

  /** Which service it is would say what browser somebody has. */
  #complain(result: PushResult): void {
    if (performance.now() < this.#quietUntil) return;
    this.#quietUntil = performance.now() + QUIET_MS;
    const why = result.is === 'failed' ? `no answer, ${result.code}` : 'it fails';
    say(
      this.#logger,
      'push-failing',
      `A push service could not be used (${why}): pages that are closed are not rung.`,
    );
  }

  #sealed({ subscription }: KeptSubscription, payload: PushPayload, { ttlS, topic }: Delivery): PushMessage {
    const { headers, body } = webPush.generateRequestDetails(subscription, JSON.stringify(payload), {
      vapidDetails: this.config.vapid,
      TTL: ttlS,
      topic,
      urgency: 'high',
      contentEncoding: 'aes128gcm',
    });
    // How long it is, is the transport's to say. Some values are numbers, whatever the library's types say.
    const named = Object.entries<string | number>(headers).map(
      ([name, value]) => [name.toLowerCase(), String(value)] as const,
    );
    return { headers: Object.fromEntries(named.filter(([name]) => name !== 'content-length')), body };
  }
}
