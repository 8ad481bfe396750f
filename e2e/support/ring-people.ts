import { expect, type Page } from '@playwright/test';
import type { Person } from './people.js';
import { makeRingLink } from './ringing.js';

/** What a browser is to the server, as it stands in its database. */
export interface DeviceOfPage {
  readonly deviceId: string;
  readonly deviceSecret: string;
}

/** A ring that a device hears of. */
export interface RungOfDevice {
  readonly ringId: string;
  readonly state: string;
}

/** A page at the settings, with a ring link made there. */
export async function withRingLink(
  person: Person,
  url: string,
  name = '',
): Promise<{ page: Page; link: string }> {
  const tab = await person.newTab();
  const link = await makeRingLink(tab, url, name);
  return { page: tab.page, link };
}

/** Ben opens a ring link. */
export async function openRingLink(person: Person, link: string): Promise<Page> {
  const { page } = await person.newTab();
  await page.goto(link);
  return page;
}

export const ringIs = (page: Page, state: string): Promise<void> =>
  expect(page.getByTestId('ring')).toHaveAttribute('data-state', state, { timeout: 60_000 });

/** The device of a page's browser. */
export const deviceOf = (page: Page): Promise<DeviceOfPage> =>
  page.evaluate(
    () =>
      new Promise<DeviceOfPage>((done, fail) => {
        const opening = indexedDB.open('o-to-o');
        opening.onerror = () => fail(new Error('There is no database.'));
        opening.onsuccess = () => {
          const asked = opening.result.transaction('device').objectStore('device').get('this');
          asked.onsuccess = () => {
            opening.result.close();
            done(asked.result as DeviceOfPage);
          };
        };
      }),
  );

/** Asks the server as that device. */
export function asDevice(
  url: string,
  { deviceId, deviceSecret }: DeviceOfPage,
  path: string,
  method = 'GET',
) {
  return fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${deviceId}.${deviceSecret}` } });
}

/** The rings of a device in this state, oldest first. */
export async function ringsOf(url: string, device: DeviceOfPage): Promise<RungOfDevice[]> {
  const answer = await asDevice(url, device, '/api/rings');
  expect(answer.status).toBe(200);
  return (await answer.json()) as RungOfDevice[];
}

/** Everything a browser keeps of an origin. */
export const keptBy = (page: Page): Promise<Record<string, readonly string[]>> =>
  page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name ?? ''),
    caches: await caches.keys(),
    localStorage: Object.keys(localStorage),
    sessionStorage: Object.keys(sessionStorage),
    workers: (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
  }));
