import { expect, test } from './support/fixtures.js';
import { barriers } from './support/barriers.js';
import type { Tab } from './support/people.js';
import { makeRingLink, openLine, ringThrough } from './support/ringing.js';

test('somebody rung in an open page accepts with one tap, and the two are in the call', async ({
  someone,
  app,
}) => {
  // What moves for ever would be waited for.
  const ben = await someone({ reducedMotion: 'reduce' });
  const home = await ben.newTab();
  const address = await makeRingLink(home, app.url, 'friends');
  await home.page.goto(`${app.url}/`);

  const ann = await (await someone()).newTab();
  await ringThrough(ann, address, 'Ann');
  await expect(home.page.getByTestId('rung-title')).toHaveText('Ann is calling');
  await expect(ann.page.getByTestId('ring')).toHaveAttribute('data-state', 'ringing');
  expect(await barriers(home.page)).toEqual([]);
  await home.page.getByTestId('ring-accept').click();
  await Promise.all([home.sees('connected'), ann.sees('connected')]);
  await Promise.all([home.seesAndHears(), ann.seesAndHears()]);
});

test('declined, cancelled and missed: the page is quiet at once, and a missed one leaves a trace with a way back', async ({
  someone,
  app,
}) => {
  const ben = await someone();
  const home = await ben.newTab();
  const address = await makeRingLink(home, app.url, '');
  await home.page.goto(`${app.url}/`);
  const ann = await (await someone()).newTab();
  await makeRingLink(ann, app.url, 'Ben');

  await ringThrough(ann, address, 'Ann');
  await home.page.getByTestId('ring-decline').click();
  await expect(home.page.getByTestId('rung-title')).toHaveCount(0);
  await expect(ann.page.getByTestId('ring')).toHaveAttribute('data-state', 'declined');

  await ringThrough(ann, address, 'Ann', { back: true });
  await expect(home.page.getByTestId('rung-title')).toHaveText('Ann is calling');
  await ann.page.getByTestId('ring-cancel').click();
  await expect(home.page.getByTestId('rung-title')).toHaveCount(0);
  await expect(home.page.getByTestId('trace')).toContainText('Ann called at');
  expect(await barriers(home.page)).toEqual([]);
  await home.page.getByTestId('ring-back').click();
  await expect(home.page.getByTestId('ring')).toHaveAttribute('data-state', 'ringing');
  await home.page.getByTestId('ring-cancel').click();
  await expect(home.page.getByTestId('ring-button')).toBeVisible();

  // It was seen: the server has nothing of it any more, and it goes when the person says so.
  await home.page.goto(`${app.url}/`);
  await home.page.getByTestId('trace-dismiss').click();
  await home.page.reload();
  await expect(home.page.getByTestId('start-call')).toBeVisible();
  await expect(home.page.getByTestId('trace')).toHaveCount(0);
});

test('who is talking sees a quiet banner that covers nothing, and answers by leaving', async ({
  someone,
  app,
  newLink,
}) => {
  const ben = await someone();
  const talk = await ben.newTab();
  const address = await makeRingLink(talk, app.url, 'friends');
  const link = await newLink();
  await talk.enter(link);
  const cleo = await (await someone()).enter(link);
  await Promise.all([talk.sees('connected'), cleo.sees('connected')]);

  const ann = await (await someone()).newTab();
  await ringThrough(ann, address, 'Ann');
  const banner = talk.page.getByTestId('rung-banner');
  await expect(banner).toContainText('Ann is calling');
  await talk.page.mouse.move(50, 300);
  await talk.page.getByTestId('hang-up').click({ trial: true });
  expect(await barriers(talk.page)).toEqual([]);
  await talk.page.getByTestId('ring-busy').click();
  await expect(banner).toHaveCount(0);
  await expect(ann.page.getByTestId('ring')).toHaveAttribute('data-detail', 'busy');
  await talk.sees('connected');

  await ann.page.getByTestId('ring-button').click();
  await talk.page.getByTestId('ring-accept').click();
  await expect(banner).toContainText('you leave this call');
  await talk.page.getByTestId('ring-accept-leaving').click();
  await Promise.all([ann.sees('connected'), cleo.sees('peer-left')]);
  await talk.sees('connected');
  await Promise.all([ann.seesAndHears(), talk.seesAndHears()]);
});

test('who is left and blocked cannot ring this link again with this browser; somebody else can', async ({
  someone,
  app,
}) => {
  const home = await (await someone()).newTab();
  const address = await makeRingLink(home, app.url, 'friends');
  await home.page.goto(`${app.url}/`);
  const ann = await (await someone()).newTab();
  await ringThrough(ann, address, 'Ann');
  await home.page.getByTestId('ring-accept').click();
  await Promise.all([home.sees('connected'), ann.sees('connected')]);
  await home.page.mouse.move(50, 300);
  await home.page.getByTestId('more').click();
  await home.page.getByTestId('block').click();
  await expect(home.page.locator('dialog')).toContainText('nor ring you again');
  expect(await barriers(home.page)).toEqual([]);
  const told = home.page.waitForResponse((response) => response.url().endsWith('/block'));
  await home.page.getByTestId('block-confirm').click();
  expect((await told).status()).toBe(204);
  await Promise.all([home.sees('ended'), ann.sees('peer-left')]);

  await home.page.goto(`${app.url}/`);
  await ringThrough(ann, address, 'Ann');
  await expect(ann.page.getByTestId('ring')).toHaveAttribute('data-state', 'unavailable');
  await expect(ann.page.locator('h1')).toHaveText('They take no calls right now');
  const cleo = await (await someone()).newTab();
  await ringThrough(cleo, address, 'Cleo');
  await expect(home.page.getByTestId('rung-title')).toHaveText('Cleo is calling');
  await expect(home.page.getByTestId('trace')).toHaveCount(0);
});

test('of two tabs both show who rings, and what one does the other takes in', async ({ someone, app }) => {
  const ben = await someone();
  const [first, second] = [await ben.newTab(), await ben.newTab()];
  const address = await makeRingLink(first, app.url, 'friends');
  await second.page.goto(`${app.url}/settings`);
  const ann = await (await someone()).newTab();
  await ringThrough(ann, address, '');
  for (const { page } of [first, second])
    await expect(page.getByTestId('rung-title')).toHaveText('Somebody is calling');
  const ringing = await first.page.evaluate(async () => (await navigator.locks.query()).held ?? []);
  expect(ringing.filter(({ name }) => name === 'o-to-o/rings-aloud')).toHaveLength(1);
  await second.page.getByTestId('ring-accept').click();
  await expect(first.page.getByTestId('rung-title')).toHaveCount(0);
  await Promise.all([second.sees('connected'), ann.sees('connected')]);
});

test('callers of one line are taken one after the other, each knowing only their own place', async ({
  someone,
  app,
}) => {
  const owner = await (await someone()).newTab();
  const address = await makeRingLink(owner, app.url, 'Counsel');
  await openLine(owner, 1);
  await owner.page.goto(`${app.url}/`);
  const callers: Tab[] = [];
  for (const name of ['Ann', 'Ben', 'Cleo']) {
    const caller = await (await someone()).newTab();
    await ringThrough(caller, address, name);
    await expect(caller.page.getByTestId('ring')).toHaveAttribute('data-state', 'ringing');
    callers.push(caller);
  }
  const [ann, ben, cleo] = callers as [Tab, Tab, Tab];
  await expect(ann.page.locator('h1')).toHaveText('You are next');
  await expect(ben.page.locator('h1')).toHaveText('You are number 2 in line');
  await expect(cleo.page.locator('h1')).toHaveText('You are number 3 in line');
  await expect(owner.page.getByTestId('line-waiting')).toHaveText('3 people are waiting.');
  await expect(owner.page.getByTestId('rung-title')).toHaveCount(0);
  expect(await barriers(owner.page)).toEqual([]);

  await owner.page.getByTestId('line-next').click();
  await Promise.all([owner.sees('connected'), ann.sees('connected')]);
  await expect(ben.page.locator('h1')).toHaveText('You are next');
  await expect(cleo.page.locator('h1')).toHaveText('You are number 2 in line');
  for (const { page } of [ben, cleo]) await expect(page.locator('body')).not.toContainText('Ann');

  await owner.hangUp();
  await expect(owner.page.getByTestId('line-after')).toContainText('2 people are waiting.');
  await owner.page.getByTestId('line-next').click();
  await Promise.all([owner.sees('connected'), ben.sees('connected')]);
  await ann.sees('peer-left');
  await Promise.all([owner.seesAndHears(), ben.seesAndHears()]);
  await expect(cleo.page.locator('h1')).toHaveText('You are next');

  // Who is through with waiting is no longer counted.
  await cleo.page.getByTestId('ring-cancel').click();
  await owner.hangUp();
  await expect(owner.page.getByTestId('line-after')).toContainText('Nobody is waiting.');
});

test('two who both want to keep each other can ring each other by one tap; a wish of one shows nowhere', async ({
  together,
  app,
}) => {
  const { annsTab, bensTab } = await together();
  await annsTab.hangUp();
  await bensTab.sees('peer-left');
  await bensTab.page.getByTestId('keep-here').click();
  for (const { page } of [annsTab, bensTab])
    await expect(page.getByTestId('keep')).toHaveAttribute('data-state', 'possible');
  expect(await barriers(annsTab.page)).toEqual([]);
  await annsTab.page.getByTestId('keep-own-name').fill('Ann');
  await annsTab.page.getByTestId('keep-each-other').click();
  await expect(annsTab.page.getByTestId('keep')).toHaveAttribute('data-state', 'willing');
  const before = await bensTab.page.getByTestId('keep').innerText();
  await bensTab.page.getByTestId('keep-own-name').fill('Ben');
  expect(await bensTab.page.getByTestId('keep').innerText()).toBe(before);
  await bensTab.page.getByTestId('keep-each-other').click();
  await expect(annsTab.page.getByTestId('keep')).toContainText('You find Ben on your start page');
  await expect(bensTab.page.getByTestId('keep')).toContainText('You find Ann on your start page');

  await bensTab.page.goto(`${app.url}/`);
  await annsTab.page.goto(`${app.url}/`);
  await annsTab.page.getByTestId('ring-person').click();
  await expect(bensTab.page.getByTestId('rung-title')).toContainText('Ann is calling');
  await bensTab.page.getByTestId('ring-accept').click();
  await Promise.all([annsTab.sees('connected'), bensTab.sees('connected')]);
});
