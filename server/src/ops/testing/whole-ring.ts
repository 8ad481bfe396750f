import { randomBytes } from 'node:crypto';
import type { PushService } from '../../invites/testing/push-endpoint.js';
import type { DeviceCredentials } from '../../protocol/index.js';
import type { Page } from '../../signaling/testing/page.js';
import { Browserlike } from './browserlike.js';
import type { PrivateThings } from './private-things.js';
import type { Served } from './whole-call.js';

const JSON_BODY = { 'content-type': 'application/json' };

/** Ann has a device and a ring link; Ben rings her in every way there is. */
export class WholeRing {
  readonly #ann: Browserlike;
  readonly #ben: Browserlike;
  #device: DeviceCredentials = { deviceId: '', deviceSecret: '' };
  #slug = '';

  constructor(
    private readonly things: PrivateThings,
    private readonly push: PushService,
    at: Served,
    alsoAt: Served = at,
  ) {
    this.#ann = new Browserlike(at, things, 'the rung one', { is: 'proxied', address: '203.0.113.91' });
    this.#ben = new Browserlike(alsoAt, things, 'the caller', { is: 'direct', address: '127.83.91.41' });
  }

  async begin(): Promise<void> {
    const { things, push } = this;
    const made = await this.#own<DeviceCredentials>('POST', '/api/devices', {});
    things.note('device id', 'the id of the device', made.deviceId);
    things.note('private', 'the secret of the device', made.deviceSecret);
    this.#device = made;
    const { endpoint, keys } = push.subscription;
    things.note('private', 'the endpoint', endpoint);
    things.note('private', "the browser's push key", keys.p256dh);
    things.note('private', "the browser's push secret", keys.auth);
    await this.#own('PUT', '/api/devices/me/push-subscription', push.subscription);
    const { slug } = await this.#own<{ slug: string }>('POST', '/api/ring-links', {
      name: things.made('name of a link'),
    });
    this.#slug = things.note('ring id', 'the slug', slug);
    await this.#ben.ask('GET', `/api/ring-links/${slug}?${things.made('query of a ring link')}`);
    await this.#ben.ask('GET', `/r/${slug}?${things.made('query of a ring page')}`);
  }

  /** Answered, declined, cancelled, busy; by push and on an open page; then a line, and what is refused. */
  async ring(): Promise<void> {
    const { push, things } = this;
    const attending = await this.#ann.open();
    attending.send({ event: 'attend', data: this.#device });
    await attending.until('attended');
    const first = await this.#rings();
    await attending.until('rung');
    await push.until('ring');
    const busy = await this.#rings();
    await this.#own('POST', `/api/rings/${first.ringId}/answer`);
    const second = await this.#rings();
    await this.#own('POST', `/api/rings/${second.ringId}/decline`, { why: things.made('why') });
    await this.#own('POST', `/api/rings/${second.ringId}/block`, { whom: things.made('whom') });
    const third = await this.#rings();
    await this.#ben.ask('POST', `/api/rings/${third.ringId}/cancel`);
    await third.page.until('ring');
    await push.until('over');
    await this.#own('PATCH', `/api/ring-links/${this.#slug}`, { line: { open: true, minutes: 5 } });
    const waiting = await this.#rings();
    await attending.until('line');
    await this.#own('POST', `/api/ring-links/${this.#slug}/next`);
    for (const { page } of [first, busy, second, third, waiting]) page.socket.terminate();
    attending.socket.terminate();
    await this.#misbehave();
  }

  async #rings(): Promise<{ ringId: string; page: Page }> {
    const { things } = this;
    const made = await this.#ben.ask('POST', '/api/calls');
    const { callId } = JSON.parse(made.text) as { callId: string };
    things.note('call id', 'the id of a ringing call', callId);
    const page = await this.#ben.open();
    await page.enter(
      callId,
      things.note('private', 'the holder of a caller', randomBytes(16).toString('base64url')),
    );
    const sealedKey = things.note('private', 'a sealed key', randomBytes(90).toString('base64url'));
    const caller = things.note('private', "the caller's browser", randomBytes(16).toString('base64url'));
    const body = { callId, sealedKey, callerName: things.made('name of a caller'), caller };
    const path = `/api/ring-links/${this.#slug}/rings`;
    const { text, status } = await this.#ben.ask('POST', path, JSON_BODY, JSON.stringify(body));
    if (status !== 201) throw new Error(`not rung: ${status}`);
    const { ringId } = JSON.parse(text) as { ringId: string };
    things.note('ring id', 'the id of a ring', ringId);
    return { ringId, page };
  }

  /** What no page sends: each holds something that must not be repeated anywhere. */
  async #misbehave(): Promise<void> {
    const { things } = this;
    const some = (name: string): string => things.made(name);
    const wrong = `Bearer ${some('a wrong device')}.${some('a wrong secret')}`;
    await this.#ann.ask('GET', '/api/devices/me', { authorization: wrong });
    await this.#ann.ask('GET', `/api/ring-links/${some('an invented link')}`);
    await this.#ann.ask('GET', `/api/rings/${some('an invented ring')}`);
    const endpoint = `https://${some('an endpoint').toLowerCase()}.example/x`;
    for (const [method, path, body] of [
      ['PUT', '/api/devices/me/push-subscription', { ...this.push.subscription, endpoint }],
      ['PUT', '/api/devices/me/push-subscription', { endpoint: some('no endpoint'), keys: some('no keys') }],
      ['PATCH', `/api/ring-links/${this.#slug}`, { line: some('no line') }],
      ['POST', `/api/ring-links/${this.#slug}/rings`, { callId: some('no call'), sealedKey: some('sealed') }],
    ] as const)
      await this.#own(method, path, body);
    const page = await this.#ben.open();
    page.send(JSON.stringify({ event: 'attend', data: { deviceId: some('no device'), deviceSecret: 5 } }));
    await page.until('error');
    const secret = things.note('private', 'a secret that is none', randomBytes(32).toString('base64url'));
    page.send({ event: 'attend', data: { deviceId: this.#device.deviceId, deviceSecret: secret } });
    await page.until('refused');
  }

  async #own<T>(method: string, path: string, body?: object): Promise<T> {
    const { deviceId, deviceSecret } = this.#device;
    const headers = { authorization: `Bearer ${deviceId}.${deviceSecret}`, ...JSON_BODY };
    const { text } = await this.#ann.ask(method, path, headers, body ? JSON.stringify(body) : '');
    return (text === '' ? {} : JSON.parse(text)) as T;
  }
}
