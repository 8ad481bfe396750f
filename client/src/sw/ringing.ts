import { traces } from '../invites/invites-db';
import { isAnyCallOpen } from '../pwa/calls-open';
import { inTurn } from '../pwa/notifications-turn';
import type { AnsweredReply, RingingMessage } from '../pwa/worker-messages';
import { askingPage, planPush, planTap, type Note, type Tapped, type TapPlan } from './notification-machine';
import { ringOf, speak, subjectOf } from './notes';
import { openClients, openWindows } from './open-windows';
import { answer, decline, readNews, type Answered } from './rung-device';
import { workerWords } from './worker-language';

declare const self: ServiceWorkerGlobalScope;

// Being rung while no page may be open. What is to be done is decided in notification-machine.ts.

/** Buttons that this platform shows on a notification. */
function buttons(): number {
  const most: unknown = Reflect.get(Notification, 'maxActions');
  return typeof most === 'number' ? most : 0;
}

async function show(note: Note): Promise<void> {
  const { language, words } = await workerWords();
  const { title, options } = speak(note, words, language, buttons());
  await self.registration.showNotification(title, options);
}

async function tell(message: RingingMessage): Promise<void> {
  for (const client of await openClients()) client.postMessage(message);
}

async function take(text: string): Promise<void> {
  const [news, inCall] = await Promise.all([readNews(text), isAnyCallOpen().catch(() => false)]);
  const plan = planPush(news, Date.now(), inCall);
  await show(plan.note);
  if (plan.tell) await tell(plan.tell);
  if (plan.trace) await traces.put(plan.trace);
}

/** A push has come. Whatever it holds, and whatever breaks, something is shown; what came first is shown first. */
export const pushed = (text: string): Promise<void> => inTurn(() => take(text));

/** Answers under way, and what came of them, for the page that is opened meanwhile. As long as this worker lives. */
const answers = new Map<string, Promise<Answered>>();

/** ms: longer after a tap, a browser may open no window any more (Firefox 153: one second). */
const OPEN_WITHIN_MS = 600;

/** Where a page asks this worker what came of an answer, and goes into the call. */
const answeredPage = (ringId: string): string => `/answered/${ringId}`;

async function open(address: string, windowId: string | null): Promise<void> {
  const free = windowId === null ? undefined : await self.clients.get(windowId);
  if (free instanceof WindowClient) {
    try {
      // Side by side: a browser may bring nothing forward any more once the page is there.
      const [shown] = await Promise.all([free.navigate(address), free.focus().catch(() => null)]);
      if (shown) return;
    } catch {
      // A window this worker may not lead anywhere: a new one then.
    }
  }
  await self.clients.openWindow(address);
}

async function accept(
  note: Notification,
  { ringId, windowId }: Extract<TapPlan, { do: 'answer' }>,
): Promise<void> {
  const ring = ringOf(note.data);
  if (!ring?.ok) return open(askingPage(ringId), windowId);
  const answering = answer(ring.value);
  answers.set(ringId, answering);
  const known = await Promise.race([
    answering,
    new Promise<null>((done) => setTimeout(() => done(null), OPEN_WITHIN_MS)),
  ]);
  if (known?.is === 'over') return inTurn(() => show({ is: 'over', ringId }));
  await open(known?.is === 'failed' ? askingPage(ringId) : answeredPage(ringId), windowId);
  await answering;
}

/** Brought forward, where the browser lets a worker do that now. */
async function focus(windowId: string): Promise<WindowClient | null> {
  const client = await self.clients.get(windowId);
  if (!(client instanceof WindowClient)) return null;
  return client.focus().catch(() => client);
}

async function follow(plan: TapPlan, note: Notification): Promise<void> {
  switch (plan.do) {
    case 'decline':
      return decline(plan.ringId);
    case 'answer':
      return accept(note, plan);
    case 'ask-there': {
      const message: RingingMessage = { type: 'ringing', ringId: plan.ringId };
      (await focus(plan.windowId))?.postMessage(message);
      return;
    }
    case 'show':
      await focus(plan.windowId);
      return;
    case 'open':
      return open(plan.address, plan.windowId);
  }
}

const TAPS: readonly Tapped[] = ['accept', 'decline', 'ring-back'];

export async function tapped({ notification, action }: NotificationEvent): Promise<void> {
  const what = TAPS.find((known) => known === action) ?? 'note';
  const plan = planTap(subjectOf(notification.data), what, await openWindows());
  // Who is asked in a window may still want the notification.
  if (plan.do !== 'ask-there') notification.close();
  await follow(plan, notification);
}

/** What came of the answer to this ring, once that is known; told once, to the page that was opened for it. */
export async function whatCameOf(ringId: string): Promise<AnsweredReply> {
  const answering = answers.get(ringId);
  answers.delete(ringId);
  return (await answering) ?? { is: 'unknown' };
}
