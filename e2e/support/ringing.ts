import { expect } from '@playwright/test';
import type { Tab } from './people.js';

/** Makes a ring link in the settings of this browser; its address. */
export async function makeRingLink({ page }: Tab, url: string, name: string): Promise<string> {
  await page.goto(`${url}/settings`);
  await page.getByTestId('create-ring-link').waitFor();
  await page.getByLabel('Whom is it for?').fill(name);
  await page.getByTestId('create-ring-link').click();
  const address = page.getByTestId('ring-link-address').last();
  await expect(address).toBeVisible();
  return (await address.getAttribute('href')) ?? '';
}

/** Opens somebody's ring link, says a name, and rings. */
export async function ringThrough({ page }: Tab, address: string, name: string): Promise<void> {
  await page.goto(address);
  await page.getByTestId('caller-name').fill(name);
  await page.getByTestId('ring-button').click();
}
