import { setTimeout as pass } from 'node:timers/promises';
import { test } from '@playwright/test';
import { startApp } from '../support/app-server.js';
import { startByteCounter, type Bytes } from '../support/byte-counter.js';
import { freePort } from '../support/child.js';
import { makeLink, meet } from '../support/fixtures.js';
import { Person } from '../support/people.js';
import { report } from './table.js';

const TALK_MS = 60_000;
/** Part of an hour that is measured and multiplied; what flows by then is one message per pulse. */
const STEADY_MS = 240_000;
const HOUR_MS = 3_600_000;

const both = ({ toServer, toBrowser }: Bytes): number => toServer + toBrowser;

test('bytes of a call at the server', async ({ browser }) => {
  const servers: { port: number }[] = [];
  const counter = await startByteCounter(await freePort(), () => servers[0]?.port ?? 0);
  const app = await startApp({ url: counter.url });
  servers.push(app);
  const ann = await Person.arrive(browser);
  const ben = await Person.arrive(browser);

  const talk = async (): Promise<Awaited<ReturnType<typeof meet>>> =>
    meet(await makeLink(counter.url), ann, ben);
  const { annsTab, bensTab } = await talk();
  await pass(TALK_MS);
  await annsTab.toggle('camera');
  await bensTab.toggle('microphone');
  await annsTab.seesAndHears({ sound: false });
  await annsTab.hangUp();
  await annsTab.sees('ended');
  await bensTab.hangUp();
  await bensTab.sees('ended');
  const whole = counter.signaling();
  const http = counter.other();

  await talk();
  const before = both(counter.signaling());
  await pass(STEADY_MS);
  const steady = both(counter.signaling()) - before;

  await Promise.all([ann.leave(), ben.leave()]);
  await app.stop();
  await counter.close();
  report('Bytes at the server, WebSocket handshakes included', [
    {
      what: 'a whole call: join, a minute, one toggle each, hang up',
      value: both(whole),
      unit: 'B',
      limit: 12 * 1024,
    },
    { what: '  from the browsers', value: whole.toServer, unit: 'B' },
    { what: '  to the browsers', value: whole.toBrowser, unit: 'B' },
    {
      what: `each further hour (measured ${STEADY_MS / 60_000} min, multiplied)`,
      value: Math.round((steady * HOUR_MS) / STEADY_MS),
      unit: 'B',
      limit: 30 * 1024,
    },
    { what: 'pages and HTTP of both people, first visit (for comparison)', value: both(http), unit: 'B' },
  ]);
});
