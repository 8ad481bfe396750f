import { expect } from '@playwright/test';
import type { Tab } from './people.js';

/** Makes a ring link in the settings of this browser; its address. */
export async function makeRingLink({ page }: Tab, url: string, name: string): Promise<string> {
  await page.goto(`${url}/settings`);
  await page.getByLabel('Whom is it for?').fill(name);
  await page.getByTestId('create-ring-link').click();
  const address = page.getByTestId('ring-link-address').last();
  await expect(address).toBeVisible();
  await page.getByTestId('ring-link-pause').last().waitFor();
  return (await address.getAttribute('href')) ?? '';
}

/** Of the only ring link in the settings, which are open: callers wait in line. */
export async function openLine({ page }: Tab, minutes: number): Promise<void> {
  await page.getByTestId('ring-link-times').click();
  await page.getByTestId('ring-link-line').check();
  await page.getByTestId('ring-link-minutes').fill(String(minutes));
  await page.getByTestId('ring-link-times-save').click();
  await expect(page.getByText('Saved.')).toBeVisible();
}

/** Opens somebody's ring link, says a name, and rings. `back`: their own ring link goes along. */
export async function ringThrough(
  { page }: Tab,
  address: string,
  name: string,
  { back = false } = {},
): Promise<void> {
  await page.goto(address);
  await page.getByTestId('caller-name').fill(name);
  if (back) await page.getByTestId('send-back').check();
  await page.getByTestId('ring-button').click();
}
