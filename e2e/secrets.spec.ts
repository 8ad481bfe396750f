import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { Redis } from 'ioredis';
import { startApp } from './support/app-server.js';
import { removeFolder, temporaryFolder } from './support/child.js';
import { expect, makeLink, meet, SURVIVES, test } from './support/fixtures.js';
import type { Person } from './support/people.js';
import { filesIn, storeOf, type Remain } from './support/secrets/remains.js';
import { SecretSearch, type Secret } from './support/secrets/search.js';

/** Keeps the page's connections where the test finds them. */
function keepConnections(): void {
  const made: RTCPeerConnection[] = [];
  Reflect.set(window, 'connectionsMade', made);
  window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct(Native, options: [RTCConfiguration?]) {
      const connection = new Native(...options);
      made.push(connection);
      return connection;
    },
  });
}

/** What a page's connections agreed on, as text. */
const descriptionsOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { connectionsMade } = window as unknown as { connectionsMade: RTCPeerConnection[] };
    return connectionsMade
      .flatMap(({ localDescription, remoteDescription }) => [localDescription?.sdp, remoteDescription?.sdp])
      .join('\n');
  });

/** What in a description tells of a person, or would let somebody in between listen. */
function secretsIn(sdp: string): Secret[] {
  const all = (name: string, pattern: RegExp): Secret[] =>
    [...new Set([...sdp.matchAll(pattern)].map(([, text = '']) => text))].map((text) => ({ name, text }));
  const isOwn = ({ text }: Secret): boolean =>
    text.startsWith('127.') || text === '0.0.0.0' || text.length < 6;
  return [
    ...all('a password of ICE', /^a=ice-pwd:(\S+)/gm),
    ...all('a fingerprint', /^a=fingerprint:\S+ (\S+)/gm),
    ...all('a fingerprint without colons', /^a=fingerprint:\S+ (\S+)/gm).map(({ name, text }) => ({
      name,
      text: text.replaceAll(':', ''),
    })),
    ...all('an address', /^a=candidate:\S+ \d+ \S+ \d+ (\S+)/gm).filter((secret) => !isOwn(secret)),
    ...all('a name of a stream', /^a=ssrc:\d+ cname:(\S+)/gm),
  ];
}

/** Everything a person's pages say and hear over the signaling socket that is nobody's business. */
function listen(person: Person, secrets: Secret[]): void {
  const note = (frame: string): void => {
    const { data = {} } = JSON.parse(frame) as { data?: Record<string, unknown> };
    for (const name of ['holder', 'ticket', 'payload']) {
      const text = data[name];
      if (typeof text === 'string') secrets.push({ name: `a ${name}`, text });
    }
  };
  person.context.on('page', (page) => {
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => note(String(payload)));
      socket.on('framereceived', ({ payload }) => note(String(payload)));
    });
  });
}

test(
  'of a call between two browsers nothing is left at the server: no address, key, holder, ticket, payload or fingerprint',
  {
    tag: SURVIVES,
  },
  async ({ someone, redis }) => {
    const [dataDir, temporary] = [temporaryFolder('data'), temporaryFolder('temporary')];
    const folders = { DATA_DIR: dataDir, TMPDIR: temporary, HOME: temporary };
    const store = redis ? { REDIS_URL: redis.url } : {};
    const app = await startApp({
      env: { LOG_LEVEL: 'trace', TRUST_PROXY: '127.0.0.1', ...folders, ...store },
    });
    const secrets: Secret[] = [];
    const visitor = async (name: string, address: string): Promise<Person> => {
      const device = randomBytes(12).toString('base64url');
      secrets.push(
        { name: `the address of ${name}`, text: address },
        { name: `the device of ${name}`, text: device },
      );
      const person = await someone({
        userAgent: `Mozilla/5.0 (${device}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36`,
        extraHTTPHeaders: { 'x-forwarded-for': address },
      });
      await person.context.addInitScript(keepConnections);
      listen(person, secrets);
      return person;
    };
    const link = await makeLink(app.url);
    const { pathname, hash } = new URL(link);
    const callId = { name: 'the id of the call', text: pathname.split('/').at(-1) ?? '' };
    secrets.push({ name: 'the key of the link', text: hash.slice(1) });

    const { annsTab, bensTab } = await meet(
      link,
      await visitor('Ann', '203.0.113.77'),
      await visitor('Ben', '2001:db8:c0de:77::beef'),
    );
    const descriptions = [await descriptionsOf(annsTab.page), await descriptionsOf(bensTab.page)];
    await bensTab.page.reload();
    await Promise.all([annsTab.sees('connected'), bensTab.sees('connected')]);
    descriptions.push(await descriptionsOf(annsTab.page), await descriptionsOf(bensTab.page));
    secrets.push(...secretsIn(descriptions.join('\n')));
    const remains: Remain[] = [];
    const client = redis && new Redis(redis.url);
    if (client) remains.push(...(await storeOf(client)));
    remains.push({ where: 'metrics', data: await (await fetch(`${app.url}/metrics`)).text() });
    remains.push(...filesIn(dataDir));
    await annsTab.hangUp();
    await bensTab.sees('peer-left');
    await bensTab.hangUp();
    await bensTab.sees('ended');
    const kept = client ? await storeOf(client) : [];
    client?.disconnect();
    await app.stop();
    const log = app.output();
    expect(log.length).toBeLessThan(200_000);
    remains.push({ where: 'log', data: log }, ...filesIn(dataDir), ...filesIn(temporary));

    // All of it was there to be found.
    for (const name of [
      'a holder',
      'a ticket',
      'a payload',
      'a fingerprint',
      'an address',
      'a password of ICE',
    ])
      expect(secrets.map((secret) => secret.name)).toContain(name);
    const search = new SecretSearch(secrets);
    expect([...remains, ...kept].flatMap(({ where, data }) => search.in(where, data))).toEqual([]);
    // The store has the id of the call in its keys; nobody else has.
    const ids = new SecretSearch([callId]);
    const withId = [...remains, ...kept].filter(({ where, data }) => ids.in(where, data).length > 0);
    expect(new Set(withId.map(({ where }) => where))).toEqual(
      new Set(redis ? ['a key of the store', 'what the store says of itself'] : []),
    );
    for (const folder of [dataDir, temporary]) removeFolder(folder);
  },
);
