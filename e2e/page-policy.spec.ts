import type { BrowserContext } from '@playwright/test';
import { expect, test } from './support/fixtures.js';

/** Collects what breaks the policy of any page, whether the browser tells the page or only its console. */
async function watchPolicy(context: BrowserContext): Promise<readonly string[]> {
  const broken: string[] = [];
  await context.exposeBinding('policyBroken', (_source, what: string) => void broken.push(what));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
      const { policyBroken } = window as unknown as { policyBroken: (what: string) => void };
      policyBroken(`${effectiveDirective}: ${blockedURI} ${sample}`);
    });
  });
  context.on('console', (message) => {
    if (/polic|trusted ?(html|script|type)/i.test(message.text())) broken.push(message.text());
  });
  context.on('weberror', (error) => broken.push(error.error().message));
  return broken;
}

for (const locale of ['en-US', 'zh-CN'])
  test(`no page breaks the policy it came with, whatever one does on it (${locale})`, async ({
    someone,
    app,
    newLink,
  }) => {
    const [ann, ben, third] = [
      await someone({ locale }),
      await someone({ locale }),
      await someone({ locale }),
    ];
    const broken = await Promise.all([ann, ben, third].map(({ context }) => watchPolicy(context)));
    const { page } = await ann.newTab();
    await page.goto(`${app.url}/`);
    await page.getByTestId('join-link').fill('nonsense');
    await page.getByTestId('join-open').click();
    for (const language of ['zh-CN', 'en', locale === 'en-US' ? 'en' : 'zh-CN'])
      await page.getByTestId('language').selectOption(language);
    await page.goto(`${app.url}/settings`);
    for (const theme of await page.getByTestId('theme').locator('option').all())
      await page.getByTestId('theme').selectOption(await theme.getAttribute('value'));
    await page.goto(`${app.url}/no/such/page`);
    await page.getByRole('heading').first().waitFor();
    await page.goto((await newLink()).slice(0, -5));
    await expect(page.getByTestId('call')).toHaveAttribute('data-state', 'damaged-link');

    const link = await newLink();
    const annsTab = await ann.newTab();
    await annsTab.page.goto(link);
    await annsTab.page.getByTestId('lobby').getByTestId('toggle-camera').click();
    await annsTab.joinOrReturn();
    await annsTab.sees('waiting');
    const bensTab = await ben.enter(link);
    await Promise.all([annsTab.sees('connected'), bensTab.sees('connected')]);
    await annsTab.toggle('microphone');
    await annsTab.toggle('camera');
    await annsTab.page.getByTestId('more').click();
    await annsTab.page.keyboard.press('Escape');
    await (await third.enter(link)).sees('full');
    await annsTab.page.reload();
    await annsTab.sees('connected');
    await annsTab.hangUp();
    await annsTab.sees('ended');
    await bensTab.sees('peer-left');

    await page.goto(`${app.url}/api/docs`);
    await page.getByRole('heading').first().waitFor();
    expect(broken.flat()).toEqual([]);
  });

/** What a fault in a page would be used for, as the text of a script; and what forbids it. */
const ATTACKS: readonly (readonly [string, string, string])[] = [
  ['text becomes part of the page', 'require-trusted-types-for', `document.body.innerHTML = '<b>x</b>'`],
  ['text becomes a script', 'require-trusted-types-for', `setTimeout('window.attacked = true')`],
  [
    'a script stands in the page',
    'require-trusted-types-for',
    `const script = document.createElement('script');
     script.append('window.attacked = true');
     document.body.append(script);`,
  ],
  [
    'a script waits for a click',
    'require-trusted-types-for',
    `document.body.setAttribute('onclick', 'window.attacked = true'); document.body.click();`,
  ],
  [
    'a script comes from elsewhere',
    'script-src-elem',
    `import('https://elsewhere.example/x.js').catch(() => 0)`,
  ],
  [
    'a style stands in the page',
    'style-src-elem',
    `document.head.append(Object.assign(document.createElement('style'), { textContent: 'a {}' }))`,
  ],
  ['a picture is asked for elsewhere', 'img-src', `new Image().src = 'https://elsewhere.example/x.png'`],
  ['something is told elsewhere', 'connect-src', `fetch('https://elsewhere.example/').catch(() => 0)`],
  ['a socket is opened elsewhere', 'connect-src', `new WebSocket('wss://elsewhere.example/')`],
  [
    'a page is put into this one',
    'frame-src',
    `document.body.append(Object.assign(document.createElement('iframe'), { src: '/' }))`,
  ],
  [
    'a form is sent',
    'form-action',
    `const form = Object.assign(document.createElement('form'), { action: '/', method: 'post' });
     document.body.append(form);
     form.submit();`,
  ],
  [
    'addresses in it come to mean others',
    'base-uri',
    `document.head.append(Object.assign(document.createElement('base'), { href: 'https://elsewhere.example/' }))`,
  ],
];

for (const [what, directive, attack] of ATTACKS)
  test(`the policy holds, and that it was broken is seen: ${what}`, async ({ browser, app }) => {
    const context = await browser.newContext();
    const broken = await watchPolicy(context);
    const page = await context.newPage();
    await page.goto(`${app.url}/`);
    await page.getByTestId('start-call').waitFor();
    expect(broken).toEqual([]);
    await page.evaluate(`(() => { try { ${attack} } catch { /* refused, and told */ } })()`);
    await expect.poll(() => broken.join('\n')).toContain(`${directive}: `);
    expect(await page.evaluate(() => Reflect.has(window, 'attacked'))).toBe(false);
    await context.close();
  });
