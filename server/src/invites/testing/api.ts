import type { MadeRing, PublicLink, Link } from './answers.js';
import type { RingNews, Rung } from '../../protocol/index.js';

export interface Told<T = unknown> {
  readonly status: number;
  /** null: none. */
  readonly body: T;
  readonly headers: Headers;
}

export interface DeviceKeys {
  readonly deviceId: string;
  readonly deviceSecret: string;
}

/** The HTTP interface of ringing, as a page uses it. */
export class Api {
  constructor(private readonly url: string) {}

  async ask<T>(method: string, path: string, device?: DeviceKeys | null, body?: unknown): Promise<Told<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(device ? { authorization: `Bearer ${device.deviceId}.${device.deviceSecret}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const told: unknown = text === '' ? null : JSON.parse(text);
    return { status: response.status, body: told as T, headers: response.headers };
  }

  async device(): Promise<DeviceKeys> {
    return (await this.ask<DeviceKeys>('POST', '/api/devices')).body;
  }

  async link(device: DeviceKeys, change?: object): Promise<Link> {
    const { body } = await this.ask<Link>('POST', '/api/ring-links', device, {});
    if (!change) return body;
    return (await this.ask<Link>('PATCH', `/api/ring-links/${body.slug}`, device, change)).body;
  }

  look(slug: string) {
    return this.ask<PublicLink>('GET', `/api/ring-links/${slug}`);
  }

  async call(): Promise<string> {
    return (await this.ask<{ callId: string }>('POST', '/api/calls')).body.callId;
  }

  ring(slug: string, callId: string, more: object = {}) {
    const body = { callId, sealedKey: 'c2VhbGVk', ...more };
    return this.ask<MadeRing>('POST', `/api/ring-links/${slug}/rings`, null, body);
  }

  news(ringId: string) {
    return this.ask<RingNews>('GET', `/api/rings/${ringId}`);
  }

  cancel(ringId: string) {
    return this.ask('POST', `/api/rings/${ringId}/cancel`);
  }

  answer(device: DeviceKeys, ringId: string) {
    return this.ask('POST', `/api/rings/${ringId}/answer`, device);
  }

  decline(device: DeviceKeys, ringId: string, body?: object) {
    return this.ask('POST', `/api/rings/${ringId}/decline`, device, body);
  }

  block(device: DeviceKeys, ringId: string) {
    return this.ask('POST', `/api/rings/${ringId}/block`, device);
  }

  next(device: DeviceKeys, slug: string) {
    return this.ask<Rung | null>('POST', `/api/ring-links/${slug}/next`, device);
  }

  rings(device: DeviceKeys) {
    return this.ask<Rung[]>('GET', '/api/rings', device);
  }
}
