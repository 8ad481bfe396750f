import { deviceForLinks, type DeviceProblem } from './device';
import type { KeptDevice } from './invites-db';
import { bringSubscription, type SubscriptionRefusal } from './push-subscription';

// Whether this browser can be rung while no page is open: Web Push.

/** Why it cannot be; each has its sentence in the settings. */
export type NotificationRefusal =
  /** The person, or the browser for them, said no; only the browser's settings change that. */
  | 'denied'
  /** The question was closed without an answer. */
  | 'dismissed'
  | 'unsupported'
  /** Safari on a phone or tablet has it only for what is on the home screen (iOS 16.4 and later). */
  | 'ios-not-installed'
  /** The worker that would receive them is not there (yet): first load, or a page that is not secure. */
  | 'no-worker'
  | SubscriptionRefusal
  | DeviceProblem;

export type NotificationState = 'on' | 'off' | 'denied' | 'unsupported' | 'ios-not-installed';

/** How long (ms) the worker may take to be there. */
const WORKER_MS = 10_000;

/** iPads say that they are Macs, but no Mac has a touch screen. */
const isIos = (): boolean =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) ||
  (navigator.userAgent.includes('Macintosh') && navigator.maxTouchPoints > 1);

function missing(): 'unsupported' | 'ios-not-installed' | null {
  if ('serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis)
    return null;
  return isIos() ? 'ios-not-installed' : 'unsupported';
}

async function worker(): Promise<ServiceWorkerRegistration | null> {
  // Who taps right after the page was opened is earlier than the worker.
  if (!(await navigator.serviceWorker.getRegistration())) {
    void import('@/pwa/begin').then(({ begin }) => begin()).catch(() => undefined);
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((done) => (timer = setTimeout(() => done(null), WORKER_MS)));
  const ready = await Promise.race([navigator.serviceWorker.ready, late]);
  clearTimeout(timer);
  return ready;
}

/** The subscription there is; asks nobody. */
async function present(): Promise<PushSubscription | null> {
  if (missing()) return null;
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** How it stands, as far as this browser knows. */
export async function notificationState(): Promise<NotificationState> {
  const without = missing();
  if (without) return without;
  if (Notification.permission === 'denied') return 'denied';
  return Notification.permission === 'granted' && (await present()) ? 'on' : 'off';
}

async function bring(device: KeptDevice): Promise<true | NotificationRefusal> {
  const registration = await worker();
  return registration ? bringSubscription(registration, device) : 'no-worker';
}

/** Asks the person, subscribes, and tells the server. Called from a tap: browsers ask only then. */
export async function enableNotifications(): Promise<true | NotificationRefusal> {
  const without = missing();
  if (without) return without;
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return permission === 'denied' ? 'denied' : 'dismissed';
  const device = await deviceForLinks();
  return device.ok ? bring(device.value) : device.problem;
}

/** At each start: where there is a subscription, the server shall have it as it is now. */
export async function refreshSubscription(device: KeptDevice): Promise<void> {
  if (await present()) await bring(device);
}

/** Push services forget this browser, too. */
export async function unsubscribe(): Promise<void> {
  await (await present())?.unsubscribe();
}
