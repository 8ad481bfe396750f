import { request } from 'node:https';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import webPush, { type PushSubscription } from 'web-push';
import { until } from './child.js';
import { newReceiver } from './push-receiver.js';
import { startPushService, type PushService } from './push-service.js';

const keys = webPush.generateVAPIDKeys();
const other = webPush.generateVAPIDKeys();

/** A browser's side, as far as it is spoken here. */
class FakeBrowser {
  readonly heard: Record<string, unknown>[] = [];
  readonly #socket: WebSocket;

  constructor(url: string) {
    this.#socket = new WebSocket(url, 'push-notification');
    this.#socket.on('message', (data: Buffer) =>
      this.heard.push(JSON.parse(data.toString('utf8')) as Record<string, unknown>),
    );
  }

  async say(message: unknown): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN)
      await new Promise((done) => this.#socket.once('open', done));
    this.#socket.send(JSON.stringify(message));
  }

  hears(type: string, count = 1): Promise<Record<string, unknown>> {
    return until(
      `the browser hears "${type}"`,
      () => this.heard.filter(({ messageType }) => messageType === type)[count - 1],
    );
  }

  close(): void {
    this.#socket.close();
  }
}

describe('The push service of the tests does what real ones do', () => {
  let service: PushService;
  let socketUrl = '';
  beforeAll(async () => {
    service = await startPushService();
    socketUrl = String(service.firefoxPreferences['dom.push.serverURL']);
  });
  afterAll(() => service.stop());
  beforeEach(() => service.failWith(null));

  const send = async (
    subscription: PushSubscription,
    text: string,
    options: webPush.RequestOptions = {},
  ): Promise<number> => {
    const vapidDetails = { subject: 'mailto:tests@example.org', ...keys };
    const details = webPush.generateRequestDetails(subscription, text, { vapidDetails, TTL: 45, ...options });
    const ca = readFileSync(service.serverEnv.NODE_EXTRA_CA_CERTS ?? '');
    return new Promise((done) => {
      const sent = request(details.endpoint, { method: 'POST', headers: details.headers, ca }, (answer) => {
        answer.resume();
        done(answer.statusCode ?? 0);
      });
      sent.on('error', () => done(0));
      sent.end(details.body);
    });
  };

  it('what is posted comes to a test that subscribed, and is what was said', async () => {
    const receiver = newReceiver(service);
    expect(await send(receiver.subscription, 'Häns rings', { topic: 'one', urgency: 'high' })).toBe(201);
    expect(receiver.texts).toEqual(['Häns rings']);
    expect(service.posted.at(-1)).toMatchObject({ ttlS: 45, topic: 'one', urgency: 'high' });
  });

  it('only the sender a subscription was made for may post to it', async () => {
    const browser = new FakeBrowser(socketUrl);
    await browser.say({ messageType: 'hello', use_webpush: true });
    await browser.hears('hello');
    await browser.say({ messageType: 'register', channelID: 'a', key: keys.publicKey });
    const { pushEndpoint } = await browser.hears('register');
    const subscription = { ...newReceiver(service).subscription, endpoint: String(pushEndpoint) };
    const strange = { subject: 'mailto:tests@example.org', ...other };
    expect(await send(subscription, 'x', { vapidDetails: strange })).toBe(401);
    expect(await send(subscription, 'x')).toBe(201);
    expect(await browser.hears('notification')).toMatchObject({ channelID: 'a' });
    browser.close();
  });

  it('a browser that was away gets the newest of each topic, and not what has expired', async () => {
    const browser = new FakeBrowser(socketUrl);
    await browser.say({ messageType: 'hello', use_webpush: true });
    const { uaid } = await browser.hears('hello');
    await browser.say({ messageType: 'register', channelID: 'b' });
    const { pushEndpoint } = await browser.hears('register');
    const subscription = { ...newReceiver(service).subscription, endpoint: String(pushEndpoint) };
    const online = service.online();
    browser.close();
    await until('the browser is away', () => service.online() < online);
    await send(subscription, 'for nobody', { TTL: 0 });
    await send(subscription, 'first', { topic: 'one' });
    await send(subscription, 'second', { topic: 'one' });
    await send(subscription, 'third', { topic: 'two' });
    const back = new FakeBrowser(socketUrl);
    await back.say({ messageType: 'hello', use_webpush: true, uaid });
    await back.hears('notification', 2);
    const got = back.heard.filter(({ messageType }) => messageType === 'notification');
    expect(got).toHaveLength(2);
    const acknowledged = service.acknowledged();
    const updates = got.map(({ channelID, version }) => ({ channelID, version, code: 100 }));
    await back.say({ messageType: 'ack', updates });
    await until('both are acknowledged', () => service.acknowledged() === acknowledged + 2);
    back.close();
  });

  it('it fails as it is told to, as often as it is told to', async () => {
    const { subscription } = newReceiver(service);
    for (const status of [404, 410, 413, 429, 500]) {
      service.failWith({ is: 'status', status, retryAfterS: 2 }, 1);
      expect(await send(subscription, 'x')).toBe(status);
    }
    service.failWith({ is: 'down' }, 1);
    expect(await send(subscription, 'x')).toBe(0);
    expect(await send(subscription, 'x')).toBe(201);
    expect(await send(subscription, 'x'.repeat(5000))).toBe(413);
    service.expire(subscription.endpoint);
    expect(await send(subscription, 'x')).toBe(410);
  });
});
