import type { Page } from '@playwright/test';
import { barriers } from './support/barriers.js';
import { expect, test } from './support/fixtures.js';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`home and settings put up no barriers (${colorScheme})`, async ({ someone, app }) => {
    const { page } = await (await someone({ colorScheme, reducedMotion: 'reduce' })).newTab();
    await page.goto(`${app.url}/`);
    await page.getByTestId('start-call').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.goto(`${app.url}/settings`);
    await page.getByTestId('theme').waitFor();
    expect(await barriers(page)).toEqual([]);
  });

  test(`lobby, waiting, the call with its menu, and a full call put up no barriers (${colorScheme})`, async ({
    someone,
    newLink,
  }) => {
    const link = await newLink();
    const arrive = async (): Promise<Page> => {
      const { page } = await (await someone({ colorScheme, reducedMotion: 'reduce' })).newTab();
      await page.goto(link);
      await page.getByTestId('lobby').waitFor();
      return page;
    };
    const inState = (page: Page, state: string): Promise<void> =>
      expect(page.getByTestId('call')).toHaveAttribute('data-state', state, { timeout: 60_000 });

    const [ann, ben, third] = [await arrive(), await arrive(), await arrive()];
    expect(await barriers(ann)).toEqual([]);
    await ann.getByTestId('join-call').click();
    await inState(ann, 'waiting');
    expect(await barriers(ann)).toEqual([]);
    await ben.getByTestId('join-call').click();
    await inState(ann, 'connected');
    expect(await barriers(ann)).toEqual([]);
    await ann.mouse.move(50, 50);
    await ann.mouse.move(60, 60);
    await ann.getByTestId('more').click();
    await ann.getByTestId('lock').click();
    await expect(ann.getByTestId('lock')).toHaveAttribute('aria-pressed', 'true');
    expect(await barriers(ann)).toEqual([]);
    await ann.getByTestId('safety-code').click();
    await ann.getByTestId('safety-pictures').waitFor();
    expect(await barriers(ann)).toEqual([]);
    await ann.getByRole('button', { name: 'Back' }).click();
    await ann.getByTestId('block').click();
    await ann.getByTestId('block-confirm').waitFor();
    expect(await barriers(ann)).toEqual([]);
    await third.getByTestId('join-call').click();
    await inState(third, 'full');
    expect(await barriers(third)).toEqual([]);
  });
}
