import type { NatKind } from './internet.js';
import { expect, missing, test } from './fixtures.js';
import { startSite } from './site.js';
import type { Person, Tab } from '../support/people.js';

/** Longest time (ms) from both being in to the page saying that there is no way. */
const SAID_WITHIN_MS = 15_000;

test.skip(missing !== null, missing ?? '');

const JOIN: readonly (readonly [NatKind, NatKind])[] = [
  ['cone', 'cone'],
  ['open', 'open'],
  ['open', 'cone'],
  ['open', 'symmetric'],
  ['symmetric', 'open'],
];

for (const [anns, bens] of JOIN) {
  test(`a ${anns} and a ${bens} address translation let two people talk`, async ({ network, together }) => {
    network.set('ann', { nat: anns });
    network.set('ben', { nat: bens });
    await together();
  });
}

/** Ann waits, Ben comes; both are told in time that there is no way. */
async function findNoWay(link: string, ann: Person, ben: Person): Promise<readonly [Tab, Tab]> {
  const annsTab = await ann.enter(link);
  await annsTab.sees('waiting');
  const bensTab = await ben.enter(link);
  await Promise.all([annsTab, bensTab].map((tab) => tab.sees('unreachable', SAID_WITHIN_MS)));
  return [annsTab, bensTab];
}

const APART: readonly (readonly [NatKind, NatKind])[] = [
  ['cone', 'symmetric'],
  ['symmetric', 'cone'],
  ['symmetric', 'symmetric'],
];

for (const [anns, bens] of APART) {
  test(`a ${anns} and a ${bens} address translation have no way between them, and both are told`, async ({
    network,
    newLink,
    ann,
    ben,
  }) => {
    network.set('ann', { nat: anns });
    network.set('ben', { nat: bens });
    await findNoWay(await newLink(), ann, ben);
  });
}

test('where UDP is forbidden both are told', async ({ network, newLink, ann, ben }) => {
  network.set('ben', { passes: 'no-udp' });
  await findNoWay(await newLink(), ann, ben);
});

test('where UDP reaches nobody but the server both are told', async ({ network, newLink, ann, ben }) => {
  network.set('ann', { passes: 'udp-to-server-only' });
  await findNoWay(await newLink(), ann, ben);
});

test('with coturn as the STUN server two people talk', async ({ internet, newLink, ann, ben }) => {
  const site = await startSite(internet, 'coturn', 8444);
  try {
    const annsTab = await ann.enter(await newLink(site.url));
    await annsTab.sees('waiting');
    const bensTab = await ben.enter(annsTab.page.url());
    await Promise.all([annsTab, bensTab].map((tab) => tab.seesAndHears()));
  } finally {
    await site.stop();
  }
});

test('a server without STUN is told apart from a hostile network', async ({
  internet,
  newLink,
  ann,
  ben,
}) => {
  const site = await startSite(internet, 'none', 8444);
  try {
    const [annsTab] = await findNoWay(await newLink(site.url), ann, ben);
    expect(await annsTab.state()).toBe('unreachable');
  } finally {
    await site.stop();
  }
});
