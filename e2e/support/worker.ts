import type { BrowserContext, CDPSession, Page, Worker } from '@playwright/test';
import { until } from './child.js';

/** Waits until the pages' worker is there, has kept everything, and answers for this page. */
export async function workerReady(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((done) =>
      navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }),
    );
  });
}

/** A notification as the person sees it. */
export interface ShownNote {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly actions: readonly string[];
  readonly isSilent: boolean;
}

/** What the worker of a Chromium does when it is woken: pushes and taps come by the DevTools protocol, as no vendor's service is near. */
export class WokenWorker {
  private constructor(
    private readonly context: BrowserContext,
    private readonly devTools: CDPSession,
    private readonly origin: string,
    private readonly registrationId: string,
  ) {}

  /** @param page any page of the origin; it may be closed afterwards, if another stays open */
  static async of(page: Page): Promise<WokenWorker> {
    await workerReady(page);
    const devTools = await page.context().newCDPSession(page);
    let found: string | undefined;
    devTools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      found = registrations.find(({ isDeleted }) => !isDeleted)?.registrationId ?? found;
    });
    await devTools.send('ServiceWorker.enable');
    const id = await until('the worker is known', () => found);
    return new WokenWorker(page.context(), devTools, new URL(page.url()).origin, id);
  }

  push(data: string): Promise<unknown> {
    const { origin, registrationId } = this;
    return this.devTools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data });
  }

  notes(): Promise<ShownNote[]> {
    return this.worker.evaluate(async () => {
      const { registration } = self as unknown as { registration: ServiceWorkerRegistration };
      // In turn with what is being shown: see client/src/pwa/notifications-turn.ts.
      const shown = (await navigator.locks.request('o-to-o/notifications', () =>
        registration.getNotifications(),
      )) as (Notification & { readonly actions?: readonly { readonly action: string }[] })[];
      return shown.map(({ title, body, tag, silent, actions = [] }) => ({
        title,
        body,
        tag,
        isSilent: silent === true,
        actions: actions.map(({ action }) => action),
      }));
    });
  }

  /** Waits for the one notification with this title. */
  shows(title: string): Promise<ShownNote> {
    return until(`the notification “${title}”`, async () => {
      const notes = await this.notes();
      const [only, ...more] = notes;
      if (only?.title === title && more.length === 0) return only;
      throw new Error(`shown are ${JSON.stringify(notes)}`);
    });
  }

  /** From now on somebody lists what is shown, again and again, in turn with who shows it. */
  async looksThroughAllTheTime(): Promise<void> {
    await this.worker.evaluate(() => {
      const { registration } = self as unknown as { registration: ServiceWorkerRegistration };
      const look = (): Promise<void> =>
        navigator.locks.request('o-to-o/notifications', () => registration.getNotifications()).then(look);
      void look();
    });
  }

  /** Closes all that is shown. */
  clear(): Promise<void> {
    return this.worker.evaluate(() =>
      navigator.locks.request('o-to-o/notifications', async () => {
        const { registration } = self as unknown as { registration: ServiceWorkerRegistration };
        for (const note of await registration.getNotifications()) note.close();
      }),
    );
  }

  /** Taps a button of the notification, or ('') the notification itself. */
  async tap(tag: string, action: string): Promise<void> {
    await this.worker.evaluate(
      async ([wanted, button]) => {
        const scope = self as unknown as {
          registration: ServiceWorkerRegistration;
          NotificationEvent: new (type: string, init: object) => Event;
        };
        const [notification] = await scope.registration.getNotifications({ tag: wanted ?? '' });
        self.dispatchEvent(
          new scope.NotificationEvent('notificationclick', { notification, action: button }),
        );
      },
      [tag, action],
    );
  }

  private get worker(): Worker {
    const worker = this.context.serviceWorkers().at(-1);
    if (!worker) throw new Error('There is no worker.');
    return worker;
  }
}
