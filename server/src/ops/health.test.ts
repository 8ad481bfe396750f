import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Database } from '../persistence/database.js';
import { PresenceService } from '../presence/presence.service.js';
import { startWholeApp, type RunningApp } from './testing/running-app.js';

let server: RunningApp;
let app: NestExpressApplication;
beforeAll(async () => {
  // Its database cannot be reached.
  server = await startWholeApp();
  ({ app } = server);
});
afterAll(() => server.stop());

async function ready(query = ''): Promise<{ status: number; said: unknown }> {
  const response = await fetch(`${server.url}/readyz${query}`);
  return { status: response.status, said: await response.json() };
}

describe('whether a server is ready', () => {
  it('depends on everything it needs', async () => {
    expect(await ready()).toEqual({ status: 503, said: { status: 'away', redis: 'ok', postgres: 'away' } });
    expect(await ready('?exclude=redis')).toEqual({
      status: 503,
      said: { status: 'away', redis: 'excluded', postgres: 'away' },
    });
  });

  it('does not depend on what is excluded, which is not even asked', async () => {
    const asked = [vi.spyOn(app.get(PresenceService), 'ping'), vi.spyOn(app.get(Database), 'ping')];
    expect(await ready('?exclude=postgres')).toEqual({
      status: 200,
      said: { status: 'ok', redis: 'ok', postgres: 'excluded' },
    });
    expect(await ready('?exclude=postgres&exclude=redis&exclude=redis')).toEqual({
      status: 200,
      said: { status: 'ok', redis: 'excluded', postgres: 'excluded' },
    });
    expect(asked.map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
  });

  it.each(['?exclude=database', '?exclude=', '?exclude=redis,postgres', '?exclude=postgres&exclude=Redis'])(
    'is not told to who excludes what there is not: %s',
    async (query) => {
      const response = await fetch(`${server.url}/readyz${query}`);
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await response.json()).toMatchObject({
        type: 'urn:o-to-o:problem:bad-request',
        status: 400,
        detail: 'Only redis and postgres can be excluded.',
      });
    },
  );
});
