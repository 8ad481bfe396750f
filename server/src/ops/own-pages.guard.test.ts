import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWholeApp, type RunningApp } from './testing/running-app.js';

let app: RunningApp;
beforeAll(async () => {
  app = await startWholeApp({ PUBLIC_ORIGIN: 'https://call.example' });
});
afterAll(() => app.stop());

const make = (headers: Record<string, string>) => fetch(`${app.url}/api/calls`, { method: 'POST', headers });

it('A page of another site makes no call by way of its visitors', async () => {
  for (const origin of ['https://other.example', 'null', 'https://call.example.other.example']) {
    const answer = await make({ origin });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ type: 'urn:o-to-o:problem:foreign-page', status: 403 });
  }
});

it('Pages of this server do, and clients that are no browsers', async () => {
  expect((await make({ origin: 'https://call.example' })).status).toBe(201);
  expect((await make({})).status).toBe(201);
});
