import { test as base, expect, type Browser } from '@playwright/test';
import { launchInNamespace } from '../support/chromium.js';
import { makeLinkWithin, meet, type Together } from '../support/fixtures.js';
import { Person } from '../support/people.js';
import { installFlow } from './flow.js';
import { Internet, noNetworks, type Who } from './internet.js';
import { startSite, type Site } from './site.js';

interface WorkerFixtures {
  internet: Internet;
  /** With the embedded STUN responder. */
  site: Site;
  browsers: Readonly<Record<Who, Browser>>;
}

interface TestFixtures {
  /** A network in its first condition, at the end too. */
  network: Internet;
  ann: Person;
  ben: Person;
  /** A new call at this site, for which the first person's own network is used. */
  newLink: (url?: string) => Promise<string>;
  /** Two people in one call, who see and hear each other. */
  together: () => Promise<Together>;
}

/** Why none of these tests can run here; null when they can. */
export const missing = noNetworks();

export const test = base.extend<TestFixtures, WorkerFixtures>({
  internet: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads which fixtures are used from the pattern
    async ({}, use) => {
      const internet = new Internet();
      await use(internet);
      internet.remove();
    },
    { scope: 'worker' },
  ],

  site: [
    async ({ internet }, use) => {
      const site = await startSite(internet, 'embedded');
      await use(site);
      await site.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  browsers: [
    async ({ internet }, use) => {
      const ann = await launchInNamespace(internet.namespaceOf('ann'));
      const ben = await launchInNamespace(internet.namespaceOf('ben'));
      await use({ ann, ben });
      await Promise.all([ann.close(), ben.close()]);
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  network: async ({ internet }, use) => {
    internet.reset();
    await use(internet);
    internet.reset();
  },

  ann: async ({ browsers }, use) => withPerson(browsers.ann, use),
  ben: async ({ browsers }, use) => withPerson(browsers.ben, use),

  newLink: async ({ ann, site }, use) => use((url = site.url) => makeLinkWithin(ann, url)),

  together: async ({ ann, ben, newLink }, use) => use(async () => meet(await newLink(), ann, ben)),
});

async function withPerson(browser: Browser, use: (person: Person) => Promise<void>): Promise<void> {
  const person = await Person.arrive(browser);
  await person.context.addInitScript(installFlow);
  await use(person);
  await person.leave();
  expect(person.problems).toEqual([]);
}

export { expect };
