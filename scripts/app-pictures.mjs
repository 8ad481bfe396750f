// node scripts/app-pictures.mjs: makes the app's icons (of the two circles of client/public/favicon.svg) and its
// screenshots (of the running app). They are committed: run this when the mark or the pages have changed.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { ensureBuilt, root } from './fresh-build.js';
import { findChromium } from './tools.js';

const PUBLIC = join(root, 'client', 'public');
const MARK = readFileSync(join(PUBLIC, 'favicon.svg'), 'utf8');
const PAPER = '#fbf7f2';

/** Two circles as one shape: what is coloured by the system knows only where something is. */
const OUTLINE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><g fill="none" stroke="#fff" stroke-width="6">
  <circle cx="23" cy="32" r="16"/><circle cx="41" cy="32" r="16"/></g></svg>`;
/** A plus in the middle of the mark. */
const START = MARK.replace(
  '</svg>',
  '<path d="M32 24v16M24 32h16" stroke="#fff" stroke-width="5" stroke-linecap="round"/></svg>',
);

/**
 * `fill`: how much of the side the mark takes. A maskable icon may be cut to a circle of 80 % of its side, and the mark's
 * corners are nearer to the edge than its circles.
 */
const ICONS = [
  ...[192, 512].flatMap((size) => [
    { name: `app-${size}`, size, svg: MARK, fill: 0.86, ground: 'transparent' },
    { name: `maskable-${size}`, size, svg: MARK, fill: 0.66, ground: PAPER },
    { name: `monochrome-${size}`, size, svg: OUTLINE, fill: 0.66, ground: 'transparent' },
  ]),
  { name: 'start-192', size: 192, svg: START, fill: 0.86, ground: 'transparent' },
  // Safari on phones puts black where an icon is see-through, and rounds the corners itself.
  { name: 'apple-touch-icon', size: 180, svg: MARK, fill: 0.78, ground: PAPER },
  // The small sign in a phone's status line.
  { name: 'badge-96', size: 96, svg: OUTLINE, fill: 1, ground: 'transparent' },
];

async function drawIcons(browser) {
  const page = await browser.newPage();
  for (const { name, size, svg, fill, ground } of ICONS) {
    await page.setViewportSize({ width: size, height: size });
    const side = Math.round(size * fill);
    await page.setContent(
      `<style>body{margin:0;display:grid;place-items:center;height:100vh;background:${ground}}svg{width:${side}px;height:${side}px}</style>${svg}`,
    );
    await page.screenshot({ path: join(PUBLIC, 'icons', `${name}.png`), omitBackground: true });
  }
  await page.close();
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => probe.once('listening', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** The app as people run it, with nothing in its database. */
async function serve() {
  const [port, data] = [await freePort(), mkdtempSync(join(tmpdir(), 'o-to-o-pictures-'))];
  const env = { ...process.env, PORT: String(port), DATA_DIR: data, STUN_PORT: '0' };
  const server = spawn(process.execPath, [join(root, 'scripts', 'start.mjs')], { env, stdio: 'inherit' });
  const url = `http://localhost:${port}`;
  while (!(await fetch(`${url}/readyz`).catch(() => null))?.ok) {
    await new Promise((done) => setTimeout(done, 200));
  }
  const stop = async () => {
    server.kill();
    await new Promise((done) => server.once('exit', done));
    rmSync(data, { recursive: true, force: true });
  };
  return { url, stop };
}

async function photograph(browser, url, name, [width, height], scale, arrange) {
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    locale: 'en-US',
    reducedMotion: 'reduce',
  });
  await context.grantPermissions(['camera', 'microphone']);
  const page = await context.newPage();
  await page.goto(url);
  await page.getByTestId('start-call').waitFor();
  await arrange(page);
  await page.screenshot({ path: join(PUBLIC, 'screenshots', `${name}.png`) });
  await context.close();
}

/** Nobody's face: the call is joined with everything off. */
async function waitForSomebody(page) {
  await page.getByTestId('start-call').click();
  for (const device of ['camera', 'microphone']) {
    await page.locator(`[data-testid="toggle-${device}"][aria-pressed="true"]`).click();
  }
  await page.getByTestId('join-call').click();
  await page.locator('[data-testid="call"][data-state="waiting"]').waitFor();
  await page.mouse.move(5, 5);
  await page.getByTestId('link-qr').waitFor();
  await page.locator('input[readonly]').evaluate((field) => {
    field.value = field.value.replace(/^http:..[^/]+/, 'https://call.example');
  });
}

await ensureBuilt((sentence) => process.stderr.write(`${sentence}\n`));
for (const folder of ['icons', 'screenshots']) mkdirSync(join(PUBLIC, folder), { recursive: true });
const browser = await chromium.launch({
  executablePath: findChromium(),
  chromiumSandbox: false,
  args: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
});
await drawIcons(browser);
const app = await serve();
await photograph(browser, app.url, 'narrow', [360, 640], 2, async () => undefined);
await photograph(browser, app.url, 'wide', [1280, 800], 1, waitForSomebody);
await browser.close();
await app.stop();
