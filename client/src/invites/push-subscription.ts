import { fromBase64Url, toBase64Url } from '@protocol';
import * as api from './invites-api';
import type { KeptDevice } from './invites-db';

// The subscription at the browser's push service, and the server's knowledge of it. For pages and for the worker.

export type SubscriptionRefusal =
  /** The person, or the browser for them, said no. */
  | 'denied'
  /** The browser's own push service is away, or switched off. */
  | 'push-service'
  /** This server has no key for push services. */
  | 'not-set-up'
  | api.InvitesProblem;

const keyOf = ({ options }: PushSubscription): string | null =>
  options.applicationServerKey && toBase64Url(new Uint8Array(options.applicationServerKey));

/** With this server's present key: a subscription made with another one brings nothing. */
async function subscribe(
  { pushManager }: ServiceWorkerRegistration,
  vapid: string,
): Promise<PushSubscription | 'denied' | 'push-service'> {
  const key = fromBase64Url(vapid);
  if (!key.ok) return 'push-service';
  try {
    const before = await pushManager.getSubscription();
    if (before && keyOf(before) === vapid) return before;
    await before?.unsubscribe();
    return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key.value });
  } catch (problem) {
    // AbortError: the browser's push service does not answer, or is switched off.
    return problem instanceof DOMException && problem.name === 'NotAllowedError' ? 'denied' : 'push-service';
  }
}

/** Subscribes where that is not done, and tells the server. */
export async function bringSubscription(
  registration: ServiceWorkerRegistration,
  device: KeptDevice,
): Promise<true | SubscriptionRefusal> {
  const vapid = await api.pushKey();
  if (!vapid.ok) return vapid.problem;
  if (vapid.value.key === null) return 'not-set-up';
  const subscription = await subscribe(registration, vapid.value.key);
  if (typeof subscription === 'string') return subscription;
  const put = await api.putSubscription(device, subscription.toJSON());
  return put.ok || put.problem;
}
