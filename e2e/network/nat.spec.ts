import type { NatKind } from './internet.js';
import { expect, missing, test } from './fixtures.js';
import { startSite } from './site.js';
import { meet } from '../support/fixtures.js';
import type { Person } from '../support/people.js';

/** Longest time (ms) from both being in to the page saying that there is no way. */
const SAID_WITHIN_MS = 15_000;

test.skip(missing !== null, missing ?? '');

const JOIN: readonly (readonly [NatKind, NatKind])[] = [
  ['cone', 'cone'],
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

/** Whose network a page says stands in the way, by the sentence people read. */
const SENTENCES = {
  yours: 'Your network does not let you two connect',
  theirs: 'The other person’s network does not let you two connect',
  both: 'Neither of your networks lets you two connect',
  ours: 'This server is not set up for calls between two different networks',
  unknown: 'Your two networks do not let you connect',
} as const;
type Whose = keyof typeof SENTENCES;

/** Ann waits, Ben comes; both are told in time that there is no way, and why. */
async function findNoWay(
  link: string,
  ann: Person,
  ben: Person,
  told: readonly [Whose, Whose],
): Promise<void> {
  const annsTab = await ann.enter(link);
  await annsTab.sees('waiting');
  const bensTab = await ben.enter(link);
  await Promise.all([annsTab, bensTab].map((tab) => tab.sees('unreachable', SAID_WITHIN_MS)));
  await expect(annsTab.page.getByTestId('call')).toContainText(SENTENCES[told[0]]);
  await expect(bensTab.page.getByTestId('call')).toContainText(SENTENCES[told[1]]);
}

const APART: readonly (readonly [NatKind, NatKind, readonly [Whose, Whose]])[] = [
  ['cone', 'symmetric', ['theirs', 'yours']],
  ['symmetric', 'cone', ['yours', 'theirs']],
  ['symmetric', 'symmetric', ['both', 'both']],
];

for (const [anns, bens, told] of APART) {
  test(`a ${anns} and a ${bens} address translation have no way between them, and both are told whose it is`, async ({
    network,
    newLink,
    ann,
    ben,
  }) => {
    network.set('ann', { nat: anns });
    network.set('ben', { nat: bens });
    await findNoWay(await newLink(), ann, ben, told);
  });
}

test('where UDP is forbidden both are told whose network it is', async ({ network, newLink, ann, ben }) => {
  network.set('ben', { passes: 'no-udp' });
  await findNoWay(await newLink(), ann, ben, ['theirs', 'yours']);
});

test('where UDP reaches nobody but the server both are told', async ({ network, newLink, ann, ben }) => {
  network.set('ann', { passes: 'udp-to-server-only' });
  await findNoWay(await newLink(), ann, ben, ['unknown', 'unknown']);
});

for (const [what, condition] of [
  ['symmetric address translation', { nat: 'symmetric' }],
  ['forbidden UDP', { passes: 'no-udp' }],
] as const) {
  test(`who waits alone behind ${what} is warned before the other comes`, async ({
    network,
    newLink,
    ann,
  }) => {
    network.set('ann', condition);
    const tab = await ann.enter(await newLink());
    await tab.sees('waiting');
    await expect(tab.page.getByTestId('network-doubt')).toBeVisible();
  });
}

test('with coturn as the STUN server two people talk', async ({ internet, newLink, ann, ben }) => {
  const site = await startSite(internet, 'coturn', 8444);
  try {
    await meet(await newLink(site.url), ann, ben);
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
    await findNoWay(await newLink(site.url), ann, ben, ['ours', 'ours']);
  } finally {
    await site.stop();
  }
});
