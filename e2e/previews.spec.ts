import { request } from 'node:http';
import { startApp } from './support/app-server.js';
import { removeFolder, startChild, temporaryFolder, until } from './support/child.js';
import { launchOptions } from './support/chromium.js';
import { expect, makeLink, phaseOf, test } from './support/fixtures.js';
import { startFront } from './support/front.js';

/** What chats, networks and search engines send ahead of a person, as they name themselves. */
const BOTS = [
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'Twitterbot/1.0',
  'WhatsApp/2.23.20.0',
  'TelegramBot (like TwitterBot)',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
  'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
  'Mozilla/5.0 (Macintosh) AppleWebKit/601.2.4 (KHTML, like Gecko) facebookexternalhit/1.1 Facebot Twitterbot/1.0',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'SkypeUriPreview Preview/0.5',
  'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0',
];

const AHEAD: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'sec-purpose': 'prefetch' },
  { 'sec-purpose': 'prefetch;prerender' },
  { purpose: 'prefetch' },
  { 'x-moz': 'prefetch' },
];

interface Fetched {
  readonly body: string;
  /** All but the time. */
  readonly headers: string;
}

/** What is at an address, byte by byte. */
function fetched(url: string, headers: Readonly<Record<string, string>>, method = 'GET'): Promise<Fetched> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let body = '';
      response.on('data', (part: Buffer) => (body += part.toString('latin1')));
      response.on('end', () => {
        const { date: _date, ...rest } = response.headers;
        resolve({ body, headers: JSON.stringify(rest) });
      });
    });
    sent.on('error', reject).end();
  });
}

test('whoever is sent ahead of a person gets the page that everybody gets of every call, and takes no seat', async ({
  app,
  newLink,
}) => {
  const links = [await newLink(), await newLink()];
  const [gets, heads] = [new Set<string>(), new Set<string>()];
  for (const link of links)
    for (const bot of BOTS)
      for (const purpose of AHEAD) {
        const asks = { 'user-agent': bot, ...purpose };
        const { body, headers } = await fetched(link, asks);
        gets.add(`${headers}\n${body}`);
        const head = await fetched(link, asks, 'HEAD');
        expect(head.body).toBe('');
        heads.add(head.headers);
      }
  expect(gets.size).toBe(1);
  expect(heads.size).toBe(1);
  for (const link of links) expect(await phaseOf(app.url, link)).toBe('empty');
});

test('what a chat shows of a link is the name of the product, and nothing of the call', async ({
  app,
  newLink,
}) => {
  const link = await newLink();
  const { body } = await fetched(link, {});
  const { body: home } = await fetched(`${app.url}/`, {});
  expect(body).toBe(home);
  expect(body).toMatch(/<title>o to o<\/title>/);
  expect(body).toMatch(/<meta property="og:title" content="o to o" \/>/);
  expect(body).toMatch(/property="og:description"/);
  expect(body).not.toMatch(/og:url|canonical/);
  expect(body).not.toContain(new URL(link).pathname.split('/').at(-1));
});

test('robots may see that no page wants to be found, and are kept from the API', async ({ app }) => {
  const { body } = await fetched(`${app.url}/robots.txt`, {});
  expect(body).toMatch(/^User-agent: \*\nDisallow: \/api\/$/m);
  expect((await fetched(`${app.url}/c/x`, {})).headers).toContain('"x-robots-tag":"noindex"');
});

test('a link opened without scripts takes no seat', async ({ browser, app, newLink }) => {
  const link = await newLink();
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(link);
  expect(await page.content()).toContain('needs JavaScript');
  expect(await phaseOf(app.url, link)).toBe('empty');
  await context.close();
});

test('a link opened with scripts, by a robot or in a tab behind others, takes no seat before somebody joins', async ({
  browser,
  someone,
  app,
  newLink,
}) => {
  const link = await newLink();
  const robot = await browser.newContext({ userAgent: BOTS[8] ?? '' });
  const robotsPage = await robot.newPage();
  await robotsPage.goto(link);
  await robotsPage.getByTestId('lobby').waitFor();
  expect(await robotsPage.title()).not.toContain(new URL(link).pathname.split('/').at(-1));

  const ann = await someone();
  const { page } = await ann.newTab();
  await page.goto(link);
  await (await ann.newTab()).page.bringToFront();
  await page.getByTestId('lobby').waitFor();
  expect(await phaseOf(app.url, link)).toBe('empty');
  await robot.close();
});

test('a page that the browser makes ahead of a click takes no seat and opens no socket', async () => {
  test.slow();
  let rules = '';
  const front = await startFront({
    answer: ({ url }, response) => {
      if (url !== '/rules.json') return false;
      response.writeHead(200, { 'content-type': 'application/speculationrules+json' }).end(rules);
      return true;
    },
    // As a header, for no script may stand in the page. https://wicg.github.io/nav-speculation/
    headersFor: (path) => (path === '/' ? { 'speculation-rules': '"/rules.json"' } : {}),
  });
  const origin = `http://localhost:${front.port}`;
  const app = await startApp({ env: { PUBLIC_ORIGIN: origin } });
  front.leadsTo(app.port);
  const link = (await makeLink(`http://localhost:${app.port}`)).replace(/^http:\/\/[^/]+/, origin);
  rules = JSON.stringify({
    prerender: [{ source: 'list', urls: [link], eagerness: 'immediate' }],
  });
  const profile = temporaryFolder('prerender');
  // Driven by nobody: under a debugger Chromium makes no page ahead.
  const { executablePath = '', args = [] } = launchOptions();
  const own = ['--headless=new', '--no-sandbox', `--user-data-dir=${profile}`, `${origin}/`];
  const browser = await startChild(executablePath, [...args, ...own]);

  const ahead = () => front.asked.filter(({ purpose }) => purpose === 'prefetch;prerender');
  await until('the call is made ahead', () => ahead().some(({ path }) => path.startsWith('/c/')), 60_000);
  await until('its scripts, too', () => ahead().some(({ path }) => /\/assets\/.*\.js$/.test(path)), 60_000);
  let [count, since] = [0, performance.now()];
  await until('nothing more is asked', () => {
    if (front.asked.length !== count) [count, since] = [front.asked.length, performance.now()];
    return performance.now() - since > 3_000;
  });
  // Chromium itself lets no such page open one, so far.
  expect(front.asked.filter(({ isSocket }) => isSocket)).toEqual([]);
  expect(await phaseOf(`http://localhost:${app.port}`, link)).toBe('empty');
  await browser.end();
  await app.stop();
  front.close();
  removeFolder(profile);
});
