import { chromium } from '@playwright/test';
import { spawn } from 'node:child_process';
const port = 4567;
const srv = spawn('node', ['server/dist/main.js'], { env: { ...process.env, PORT: String(port), DATA_DIR: '/tmp/shotdata', STUN_PORT: '0', LOG_LEVEL: 'warn' }, stdio: 'inherit' });
const url = `http://localhost:${port}`;
for (;;) { try { const r = await fetch(url + '/readyz'); if (r.ok) break; } catch {} await new Promise(r => setTimeout(r, 200)); }
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--no-sandbox'] });
const ctx = await b.newContext({ viewport: { width: 390, height: 800 }, locale: 'en-US', permissions: ['camera', 'microphone', 'notifications'] });
const ctx2 = await b.newContext({ viewport: { width: 390, height: 800 }, locale: 'en-US', permissions: ['camera', 'microphone'] });
const p = await ctx.newPage();
p.on('console', m => m.type() === 'error' && console.log('A', m.text())); p.on('pageerror', e => console.log('A!', e.message));
const shot = (pg, n, full) => pg.screenshot({ path: `/tmp/shots/${n}.png`, fullPage: !!full });
await p.goto(url); await p.waitForTimeout(1500); await shot(p, 'home');
await p.goto(url + '/settings'); await p.waitForTimeout(1500); await shot(p, 'settings0', true);
await p.getByTestId('create-ring-link').click(); await p.waitForTimeout(2500); await shot(p, 'settings1', true);
const txt = await p.getByTestId('ring-link-list').innerHTML(); console.log(txt.slice(0, 3000));
const link = await p.evaluate(() => { const l = document.querySelector('[data-testid=ring-link-list]'); return (l.innerHTML + [...l.querySelectorAll('input')].map(i => i.value).join(' ')).match(/https?:[^"<\s]*\/r\/[\w-]+#[\w-]+/)?.[0]; });
console.log('LINK', link);
if (link) {
  await p.goto(url); await p.waitForTimeout(2500); await shot(p, 'home-linked');
  const q = await ctx2.newPage(); q.on('console', m => m.type() === 'error' && console.log('B', m.text())); q.on('pageerror', e => console.log('B!', e.message));
  await q.goto(link); await q.waitForTimeout(1500); await shot(q, 'ring-idle');
  await q.getByTestId('caller-name').fill('Mei'); await q.getByTestId('ring-button').click(); await q.waitForTimeout(2500); await shot(q, 'ring-ringing'); await shot(p, 'rung');
  console.log('state', await q.getByTestId('ring').getAttribute('data-state'));
  await p.getByTestId('ring-accept').click(); await p.waitForTimeout(5000); await shot(p, 'call-a'); await shot(q, 'call-b'); console.log(p.url(), q.url());
  await p.mouse.move(50, 50); await p.mouse.move(60, 60); await p.getByTestId('hang-up').click(); await p.waitForTimeout(1500); await shot(p, 'ended-a'); await shot(q, 'left-b');
}
await b.close(); srv.kill();
