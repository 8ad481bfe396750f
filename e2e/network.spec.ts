import { setTimeout as pass } from 'node:timers/promises';
import type { Browser } from '@playwright/test';
import { startApp, type AppServer } from './support/app-server.js';
import { launchInNamespace } from './support/chromium.js';
import { expect, makeLinkWithin, meet, SURVIVES, test } from './support/fixtures.js';
import { Network, noNetworks } from './support/network.js';
import { Person } from './support/people.js';
import { startRedis } from './support/redis.js';

/** Length (ms) of the cut: past every ICE timer, within the time a place is kept. */
const CUT_MS = 15_000;
const PORT = 8080;

test(
  'somebody without network for 15 seconds: the other stays in the call, and both are together again',
  { tag: SURVIVES },
  async ({ presence }) => {
    const missing = noNetworks();
    test.skip(missing !== null, missing ?? '');
    const ends: (() => unknown)[] = [];
    try {
      const network = new Network();
      ends.push(() => network.remove());
      const namespace = network.namespaceOf('server');
      const url = `http://${network.addressOf('server')}:${PORT}`;
      const redis = presence === 'redis' ? await startRedis(namespace) : null;
      if (redis) ends.push(() => redis.stop());
      const env: Record<string, string> = redis ? { REDIS_URL: redis.url } : {};
      const app: AppServer = await startApp({ namespace, url, port: PORT, env });
      ends.push(() => app.stop());

      const browsers: Browser[] = [];
      for (const place of ['ann', 'ben'] as const) {
        const browser = await launchInNamespace(network.namespaceOf(place), url);
        browsers.push(browser);
        ends.push(() => browser.close());
      }
      const [anns, bens] = browsers;
      if (!anns || !bens) throw new Error('Two browsers were started.');
      const ann = await Person.arrive(anns);
      const ben = await Person.arrive(bens);
      const { annsTab, bensTab } = await meet(await makeLinkWithin(ann, url), ann, ben);

      network.cut('ben');
      await annsTab.sees('reconnecting');
      await pass(CUT_MS); // the length of the cut is the subject; nothing is waited for
      await annsTab.sees('reconnecting');
      network.mend('ben');

      await Promise.all([annsTab.sees('connected'), bensTab.sees('connected')]);
      await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
      expect(await annsTab.states()).not.toContain('peer-left');
      expect([...ann.problems, ...ben.problems]).toEqual([]);
    } finally {
      for (const end of ends.reverse()) await end();
    }
  },
);
