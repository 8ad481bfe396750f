import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, removeFolder, temporaryFolder, until } from '../e2e/support/child.js';
import { startPostgres } from '../e2e/support/postgres.js';
import { startRedis } from '../e2e/support/redis.js';
import { canMakeNetworks } from '../scripts/tools.js';
import { Page } from '../server/src/signaling/testing/page.js';
import { carryOut, type Image } from './testing/carry-out.js';
import { dockerfileText, stagesOf } from './testing/dockerfile.js';
import { furnishWithNode, startInRoom, type Contained } from './testing/rooms.js';

const READY = /o to o is ready/;
/** Without its base: what an upgrade of the server transfers. Measured: 74 MB. What makes it much more shall be seen. */
const MOST_MEGABYTES = 95;

const canRun = canMakeNetworks();
const why = canRun ? '' : ' (skipped: rooms of their own need Linux and root)';

describe.skipIf(!canRun && process.env.CI !== 'true')(
  `the image, its steps carried out without an engine${why}`,
  () => {
    const ends: (() => unknown)[] = [];
    let image: Image;
    let megabytes = 0;

    beforeAll(async () => {
      const folder = temporaryFolder('image');
      ends.push(() => removeFolder(folder));
      image = await carryOut(stagesOf(dockerfileText()), folder);
      const size = execFileSync('du', ['-sm', join(image.room, 'app')], { encoding: 'utf8' });
      megabytes = Number.parseInt(size, 10);
      furnishWithNode(image.room);
    }, 600_000);
    afterAll(async () => {
      for (const end of ends.reverse()) await end();
    });

    async function start(
      env: Readonly<Record<string, string>>,
      volumes: Readonly<Record<string, string>> = {},
    ): Promise<{ container: Contained; port: number; isHealthy: () => Promise<boolean> }> {
      const port = await freePort();
      const given = { ...image.env, PORT: String(port), STUN_PORT: '0', ...env };
      const how = { room: image.room, workdir: image.workdir, user: image.user, volumes, env: given };
      const container = await startInRoom({ ...how, argv: image.start, ready: READY });
      ends.push(() => container.child.end('SIGKILL'));
      const isHealthy = async (): Promise<boolean> => {
        const check = await startInRoom({ ...how, argv: image.healthcheck });
        const code = await check.child.ended;
        expect([0, 1]).toContain(code);
        return code === 0;
      };
      return { container, port, isHealthy };
    }

    async function firstCall(port: number): Promise<void> {
      const made = await fetch(`http://127.0.0.1:${port}/api/calls`, { method: 'POST' });
      const { callId } = (await made.json()) as { callId: string };
      const open = (): Promise<Page> => Page.open(`ws://127.0.0.1:${port}/api/signal`);
      const [first, second] = [await open(), await open()];
      expect(await first.enter(callId)).toMatchObject({ seat: 0 });
      expect(await second.enter(callId)).toMatchObject({ seat: 1, peer: { state: 'present' } });
      first.relay('hello');
      expect(await second.until('relay')).toEqual({ payload: 'hello' });
      for (const page of [first, second]) page.socket.terminate();
    }

    async function stop(container: Contained): Promise<number | null> {
      process.kill(container.pid(), 'SIGTERM');
      return container.child.ended;
    }

    it('with its stores elsewhere it serves a first call, writes nowhere, and stops with 0 when told to', async () => {
      const [redis, postgres] = [await startRedis(), await startPostgres()];
      ends.push(
        () => redis.stop(),
        () => postgres.stop(),
      );
      const keys = JSON.parse(
        execFileSync(process.execPath, ['-p', 'JSON.stringify(require("web-push").generateVAPIDKeys())'], {
          cwd: join(image.room, 'app'),
          encoding: 'utf8',
        }),
      ) as { publicKey: string; privateKey: string };
      const { container, port, isHealthy } = await start({
        DATABASE_URL: postgres.url,
        REDIS_URL: redis.url,
        SERVER_SECRET: randomBytes(32).toString('base64url'),
        VAPID_PUBLIC_KEY: keys.publicKey,
        VAPID_PRIVATE_KEY: keys.privateKey,
      });
      await until('it is ready', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok);

      const status = readFileSync(`/proc/${container.pid()}/status`, 'utf8');
      expect(status).toMatch(/^NSpid:.*\t1$/m);
      expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m);
      expect(status).toMatch(/^CapEff:\t0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      const mounts = readFileSync(`/proc/${container.pid()}/mountinfo`, 'utf8').trim().split('\n');
      const writable = mounts
        .map((line) => line.split(' '))
        .filter(([, , , , , options]) => options?.startsWith('rw'));
      const places = writable
        .map(([, , , , place]) => place ?? '')
        .filter((place) => !/^\/(proc|dev)\b/.test(place));
      expect(places).toEqual(['/tmp']);

      const page = await fetch(`http://127.0.0.1:${port}/`);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      const html = await page.text();
      expect(html).toContain('<title>');
      const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
      expect((await fetch(`http://127.0.0.1:${port}${script}`)).headers.get('content-type')).toMatch(
        /javascript/,
      );
      await firstCall(port);

      expect(await isHealthy()).toBe(true);
      expect(await stop(container)).toBe(0);
      expect(await isHealthy()).toBe(false);
    });

    it('with nothing but a volume it serves a first call from the embedded database', async () => {
      const data = temporaryFolder('image-data');
      ends.push(() => removeFolder(data));
      chownSync(data, image.user.uid, image.user.gid);
      const { container, port, isHealthy } = await start({}, { '/data': data });
      await firstCall(port);
      expect(await isHealthy()).toBe(true);
      expect(await stop(container)).toBe(0);
    });

    it(`weighs at most ${MOST_MEGABYTES} MB above its base`, () => {
      expect(megabytes).toBeGreaterThan(10);
      expect(megabytes).toBeLessThanOrEqual(MOST_MEGABYTES);
    });
  },
);
