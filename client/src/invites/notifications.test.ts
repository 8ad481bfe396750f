import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toBase64Url } from '@protocol';
import { deleteInvites, devices, THIS_DEVICE } from './invites-db';
import { enableNotifications, notificationState, refreshSubscription } from './notifications';
import { FakeServer } from './testing/fake-server';

// The worker's own registration is another part; here it is there, or is not.
vi.mock('@/pwa/begin', () => ({ begin: () => Promise.resolve() }));

const VAPID = toBase64Url(new Uint8Array(65).fill(4));
const OLD_VAPID = toBase64Url(new Uint8Array(65).fill(5));
const bytesOf = (key: string) =>
  Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0)).buffer;

/** A browser's push service, as far as a page sees it. */
class FakePush {
  subscription: { options: { applicationServerKey: ArrayBuffer } } | null = null;
  refusal: string | null = null;
  unsubscribed = 0;
  getSubscription = async () => this.subscription;
  subscribe = async ({ applicationServerKey }: { applicationServerKey: Uint8Array<ArrayBuffer> }) => {
    if (this.refusal) throw new DOMException('no', this.refusal);
    return this.subscribedWith(toBase64Url(applicationServerKey));
  };
  subscribedWith(key: string) {
    this.subscription = {
      options: { applicationServerKey: bytesOf(key) },
      toJSON: () => ({ endpoint: `https://push.example/${key}` }),
      unsubscribe: async () => {
        this.unsubscribed += 1;
        this.subscription = null;
      },
    } as unknown as typeof this.subscription;
    return this.subscription;
  }
}

let server: FakeServer;
let push: FakePush;
let answer: NotificationPermission;

beforeEach(() => {
  [server, push, answer] = [new FakeServer(), new FakePush(), 'granted'];
  server.vapid = VAPID;
  const registration = { pushManager: push };
  const worker = { getRegistration: async () => registration, ready: Promise.resolve(registration) };
  vi.stubGlobal('indexedDB', new IDBFactory());
  vi.stubGlobal('fetch', server.fetch);
  vi.stubGlobal('PushManager', vi.fn());
  const notification = {
    permission: 'default',
    requestPermission: async () => (notification.permission = answer),
  };
  vi.stubGlobal('Notification', notification);
  Object.defineProperty(navigator, 'serviceWorker', { value: worker, configurable: true });
  vi.spyOn(navigator, 'locks', 'get').mockReturnValue({
    request: (_name: string, work: () => unknown) => work(),
  } as unknown as LockManager);
});
afterEach(async () => {
  await deleteInvites();
  Reflect.deleteProperty(navigator, 'serviceWorker');
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const REFUSALS: readonly (readonly [when: string, refusal: string, make: () => void])[] = [
  ['the person says no', 'denied', () => (answer = 'denied')],
  ['the question is closed', 'dismissed', () => (answer = 'default')],
  ['the push service is away', 'push-service', () => (push.refusal = 'AbortError')],
  ['the browser says no for them', 'denied', () => (push.refusal = 'NotAllowedError')],
  ['the server has no key', 'not-set-up', () => (server.vapid = null)],
  ['the server is away', 'offline', () => (server.trouble = 'offline')],
  ['the server does not take it', 'refused', () => (server.trouble = 400)],
  ['this browser keeps nothing', 'no-storage', () => vi.stubGlobal('indexedDB', undefined)],
];

describe('Notifications', () => {
  it('are on once the person, the browser and the server have agreed', async () => {
    expect(await notificationState()).toBe('off');
    expect(await enableNotifications()).toBe(true);
    expect(server.subscriptions).toEqual([{ endpoint: `https://push.example/${VAPID}` }]);
    expect(await notificationState()).toBe('on');
  });

  it.each(REFUSALS)('When %s, that is what is said (%s)', async (_when, refusal, make) => {
    await deleteInvites();
    make();
    expect(await enableNotifications()).toBe(refusal);
  });

  it('A browser that has none says so, and an iPhone how to get them', async () => {
    vi.stubGlobal('PushManager', undefined);
    Reflect.deleteProperty(globalThis, 'PushManager');
    expect(await enableNotifications()).toBe('unsupported');
    vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0)');
    expect(await notificationState()).toBe('ios-not-installed');
  });

  it('At a start, the server gets the subscription as it is now, made anew where its own key has changed', async () => {
    await enableNotifications();
    const device = await devices.get(THIS_DEVICE);
    if (!device) throw new Error('there should be a device');
    server.subscriptions.length = 0;
    await refreshSubscription(device);
    expect([server.subscriptions.length, push.unsubscribed]).toEqual([1, 0]);
    push.subscribedWith(OLD_VAPID);
    await refreshSubscription(device);
    expect(push.unsubscribed).toBe(1);
    expect(server.subscriptions.at(-1)).toEqual({ endpoint: `https://push.example/${VAPID}` });
    push.subscription = null;
    server.subscriptions.length = 0;
    await refreshSubscription(device);
    expect(server.subscriptions).toEqual([]);
  });
});
