import { deflateSync, inflateSync } from 'fflate';
import { PAYLOAD_DICTIONARY } from '../client/src/signaling/payload-dictionary.js';
import { expect, test } from './support/fixtures.js';
import { HostileServer, readWithoutKey, withBitFlipped, withoutSealing } from './support/hostile-server.js';
import type { Person, Tab } from './support/people.js';

/** Makes a link in this page, and waits in its call. */
async function startIn(tab: Tab, url: string): Promise<string> {
  await tab.page.goto(`${url}/`);
  await tab.page.getByTestId('start-call').click();
  await tab.joinOrReturn();
  await tab.sees('waiting');
  return tab.page.url();
}

/** Two people whose sockets end at a hostile server; Ann made the link and is in first. */
async function pair(ann: Person, ben: Person, url: string) {
  const server = new HostileServer();
  const annsTab = await ann.newTab();
  const bensTab = await ben.newTab();
  for (const { page } of [annsTab, bensTab]) await server.standBetween(page);
  return { server, annsTab, bensTab, link: await startIn(annsTab, url) };
}

const together = async (...tabs: Tab[]): Promise<void> => {
  await Promise.all(tabs.map((tab) => tab.sees('connected')));
  await Promise.all(tabs.map((tab) => tab.seesAndHears()));
};

/**
 * What gives somebody away: addresses, certificates, the names of their connection; each with its value, for noise that is
 * unfolded with the dictionary may by chance give pieces of the dictionary.
 */
const TELLTALE =
  /candidate:\d+ \d \w+ \d+ [0-9a-f][\w.:-]{6}|fingerprint:sha-256 [0-9A-F]{2}:|ice-ufrag:[\w+/]{4}|ice-pwd:[\w+/]{22}|c=IN IP4 [1-9]|[\w-]{8}\.local\b/;

test('reads nothing of what it carries: no address, no certificate, no description', async ({
  someone,
  app,
}) => {
  const { server, annsTab, bensTab, link } = await pair(await someone(), await someone(), app.url);
  await bensTab.enter(link);
  await together(annsTab, bensTab);
  expect(server.carried.length).toBeGreaterThan(1);
  expect(Buffer.from(PAYLOAD_DICTIONARY).toString()).not.toMatch(TELLTALE);
  for (const { payload } of server.carried) expect(readWithoutKey(payload)).not.toMatch(TELLTALE);
});

test('would read all of it if it were not sealed', async ({ someone, app }) => {
  const [ann, ben] = [await someone(), await someone()];
  for (const { context } of [ann, ben]) await context.addInitScript(withoutSealing);
  const { server, annsTab, bensTab, link } = await pair(ann, ben, app.url);
  await bensTab.enter(link);
  await together(annsTab, bensTab);
  expect(server.carried.map(({ payload }) => readWithoutKey(payload)).join()).toMatch(TELLTALE);
});

/** Certificates of others, in all descriptions that can be read: how somebody gets between two people. */
function swapCertificates(payload: string): string | null {
  const bytes = Buffer.from(payload, 'base64url');
  try {
    const content = inflateSync(bytes.subarray(17, -16), { dictionary: PAYLOAD_DICTIONARY });
    const text = Buffer.from(content).toString('utf8');
    const swapped = text.replace(/(fingerprint:sha-256 )[0-9A-F:]+/g, `$1${OTHER_CERTIFICATE}`);
    const packed = deflateSync(Buffer.from(swapped), { dictionary: PAYLOAD_DICTIONARY });
    return Buffer.concat([bytes.subarray(0, 17), packed, Buffer.alloc(16)]).toString('base64url');
  } catch {
    return null;
  }
}

const OTHER_CERTIFICATE = Array.from({ length: 32 }, () => 'AB').join(':');

/** Runs in the page before its own scripts: keeps every description it was made to believe. */
function noteDescriptions(): void {
  const believed: string[] = [];
  Object.assign(window, { __believed: believed });
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class RTCPeerConnection extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener('signalingstatechange', () => {
        believed.push(this.remoteDescription?.sdp ?? '');
      });
    }
  };
}

const believedOf = ({ page }: Tab): Promise<string> =>
  page.evaluate(() => (window as unknown as { __believed: string[] }).__believed.join('\n'));

test('cannot swap a certificate: nothing changed is believed, and both are told', async ({
  someone,
  app,
}) => {
  const [ann, ben] = [await someone(), await someone()];
  for (const { context } of [ann, ben]) await context.addInitScript(noteDescriptions);
  const { server, annsTab, bensTab, link } = await pair(ann, ben, app.url);
  server.meddle = ({ payload }) => [swapCertificates(payload) ?? withBitFlipped(payload)];
  await bensTab.enter(link);
  // With a link that opens nothing, that is what a page can know; the maker of the link knows that it is whole.
  await bensTab.sees('damaged-link');
  await expect(annsTab.page.getByTestId('notice-damaged-copy')).toBeVisible();
  await annsTab.sees('waiting');
  expect((await believedOf(annsTab)).trim()).toBe('');
  expect((await believedOf(bensTab)).trim()).toBe('');
});

test('could swap certificates if nothing were sealed', async ({ someone, app }) => {
  const [ann, ben] = [await someone(), await someone()];
  for (const { context } of [ann, ben]) {
    await context.addInitScript(noteDescriptions);
    await context.addInitScript(withoutSealing);
  }
  const { server, bensTab, link } = await pair(ann, ben, app.url);
  server.meddle = ({ payload }) => [swapCertificates(payload) ?? payload];
  await bensTab.enter(link);
  await expect.poll(() => believedOf(bensTab)).toContain(OTHER_CERTIFICATE);
});

test('changes some messages: those are refused and said so, and the call comes about all the same', async ({
  someone,
  app,
}) => {
  const { server, annsTab, bensTab, link } = await pair(await someone(), await someone(), app.url);
  server.meddle = ({ from, payload }) => (from === 0 ? [withBitFlipped(payload, 40), payload] : [payload]);
  await bensTab.enter(link);
  await together(annsTab, bensTab);
  await expect(bensTab.page.getByTestId('notice-tampered')).toBeVisible();
});

test('says everything twice, and old things again: refused, said so, and the call goes on', async ({
  someone,
  app,
}) => {
  const { server, annsTab, bensTab, link } = await pair(await someone(), await someone(), app.url);
  server.meddle = ({ from, payload }, before) => [
    payload,
    payload,
    ...before.filter((carried) => carried.from === from).map((carried) => carried.payload),
  ];
  await bensTab.enter(link);
  await together(annsTab, bensTab);
  await expect(annsTab.page.getByTestId('notice-tampered')).toBeVisible();
  await expect(bensTab.page.getByTestId('notice-tampered')).toBeVisible();
});

test('drops every other message of each: the call comes about all the same', async ({ someone, app }) => {
  const { server, annsTab, bensTab, link } = await pair(await someone(), await someone(), app.url);
  server.meddle = ({ from, payload }, before) =>
    before.filter((earlier) => earlier.from === from).length % 2 === 0 ? [] : [payload];
  await bensTab.enter(link);
  await together(annsTab, bensTab);
});

test('makes things up and hands people their own words: refused, said so, and the call comes about', async ({
  someone,
  app,
}) => {
  const { server, annsTab, bensTab, link } = await pair(await someone(), await someone(), app.url);
  server.meddle = ({ from, payload }) => {
    server.inject(from, payload);
    return ['bm9pc2U', payload, Buffer.alloc(300, 2).toString('base64url')];
  };
  await bensTab.enter(link);
  await together(annsTab, bensTab);
  await expect(annsTab.page.getByTestId('notice-tampered')).toBeVisible();
  await expect(bensTab.page.getByTestId('notice-tampered')).toBeVisible();
});

test('hands messages on in another order: the call comes about all the same', async ({ someone, app }) => {
  const { server, annsTab, bensTab, link } = await pair(await someone(), await someone(), app.url);
  const held = new Map<number, string>();
  server.meddle = ({ from, payload }) => {
    const earlier = held.get(from);
    held.delete(from);
    if (earlier === undefined) held.set(from, payload);
    return earlier === undefined ? [] : [payload, earlier];
  };
  await bensTab.enter(link);
  await together(annsTab, bensTab);
});

test('cannot end a call with words of a page that was there before', async ({ someone, app }) => {
  const { server, annsTab, bensTab, link } = await pair(await someone(), await someone(), app.url);
  await bensTab.enter(link);
  await together(annsTab, bensTab);
  await bensTab.page.reload();
  await together(annsTab, bensTab);
  const connection = (await annsTab.media())?.connection;
  const shown = (await bensTab.states()).length;
  const old = [...server.carried];
  for (const { from, payload } of old) server.inject(1 - from, payload);
  await expect(annsTab.page.getByTestId('notice-tampered')).toBeVisible();
  await Promise.all([annsTab.seesAndHears(), bensTab.seesAndHears()]);
  expect((await annsTab.media())?.connection).toBe(connection);
  expect((await bensTab.states()).slice(shown)).not.toContain('reconnecting');
});

test('a link with another key says that it is damaged, and leaves the place to who has the right one', async ({
  someone,
  app,
}) => {
  const annsTab = await (await someone()).newTab();
  const link = await startIn(annsTab, app.url);
  const [whole = '', key = ''] = link.split('#');
  const wrong = `${key.startsWith('A') ? 'B' : 'A'}${key.slice(1)}`;
  const damaged = await (await someone()).enter(`${whole}#${wrong}`);
  await damaged.sees('damaged-link');
  await expect(annsTab.page.getByTestId('notice-damaged-copy')).toBeVisible();
  const right = await (await someone()).enter(link);
  await together(annsTab, right);
  await expect(annsTab.page.getByTestId('notice-damaged-copy')).toBeHidden();
});
