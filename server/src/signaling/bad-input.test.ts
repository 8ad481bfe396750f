import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { examplesIn } from '../protocol/testing/examples.js';
import { CloseCode, MAX_FRAME_BYTES, type ErrorReason } from '../protocol/index.js';
import { meet, type Couple } from './testing/couple.js';
import { newHolder, type Page } from './testing/page.js';
import { newCallId, startSignaling, type SignalingServer } from './testing/signaling-server.js';

const protocol = readFileSync(new URL('../protocol/PROTOCOL.md', import.meta.url), 'utf8');
const unusable = examplesIn(protocol).flatMap((example) => (example.from === 'nobody' ? [example] : []));
const more: { reason: ErrorReason; text: string }[] = [
  { reason: 'not-json', text: '' },
  { reason: 'not-a-message', text: '"enter"' },
  { reason: 'not-a-message', text: '7' },
  { reason: 'not-a-message', text: '{}' },
  { reason: 'not-a-message', text: '[{"event":"leave","data":{}}]' },
  { reason: 'not-a-message', text: '{"__proto__":{"event":"leave"}}' },
  { reason: 'unknown-event', text: '{"event":"toString"}' },
  { reason: 'unknown-event', text: '{"event":"hasOwnProperty","data":{}}' },
  { reason: 'unknown-event', text: '{"event":"entered","data":{}}' },
  { reason: 'wrong-fields', text: '{"event":"enter"}' },
  { reason: 'wrong-fields', text: '{"event":"enter","data":{"__proto__":{"callId":"a"}}}' },
  { reason: 'wrong-fields', text: '{"event":"enter","data":[]}' },
  { reason: 'wrong-fields', text: '{"event":"relay","data":{"payload":{"toString":"x"}}}' },
  { reason: 'wrong-fields', text: '{"event":"pulse","data":{}}' },
];

describe('bad input', () => {
  let server: SignalingServer;
  let others: Couple;
  let page: Page;

  beforeAll(async () => {
    server = await startSignaling();
    others = await meet(newCallId(), server);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    page = await server.open();
  });
  afterEach(async () => {
    await others.expectUndisturbed();
    page.socket.terminate();
  });

  it.each([...unusable, ...more])(
    'is answered with its reason, and the socket goes on: $reason: $text',
    async (bad) => {
      page.send(bad.text);
      const { reason, detail } = await page.until('error');
      expect(reason).toBe(bad.reason);
      expect(detail).toMatch(/^["A-Z].*\.$/);
      await page.enter(newCallId());
    },
  );

  it('a relay before enter is answered, and goes nowhere', async () => {
    page.relay('anybody?');
    expect(await page.next()).toMatchObject({ event: 'error', data: { reason: 'not-entered' } });
    await page.enter(newCallId());
  });

  it('a second enter is answered, and the seat stays', async () => {
    const { first, expectUndisturbed } = await meet(newCallId(), server);
    first.send({ event: 'enter', data: { callId: newCallId(), holder: newHolder() } });
    expect(await first.next()).toMatchObject({ event: 'error', data: { reason: 'already-entered' } });
    await expectUndisturbed();
  });

  it.each([
    ['that nobody made', randomBytes(21).toString('base64url')],
    ['that is none', 'hello'],
    ['of 10,000 characters', 'a'.repeat(10_000)],
    ['with a path in it', '../../etc/passwd'],
    ['with braces, as keys of the store have them', '{q83vASNFZ4mrzQBkyAABAgMEBQY}'],
    ['named like something of the language', '__proto__'],
  ])('a call id %s is unknown, and the socket is closed with 4002', async (_what, callId) => {
    page.send({ event: 'enter', data: { callId, holder: newHolder() } });
    expect(await page.next()).toMatchObject({ event: 'refused', data: { reason: 'unknown-call' } });
    expect(await page.closed).toBe(CloseCode.refused);
  });

  it('a ticket that is none is ignored', async () => {
    const [callId, holder] = [newCallId(), newHolder()];
    expect(await page.enter(callId, holder, 'no.ticket')).toMatchObject({ seat: 0, epoch: 1 });
  });

  it('a frame of 64 KiB passes, one byte more closes with 1009', async () => {
    const { first, second } = await meet(newCallId(), server);
    const empty = JSON.stringify({ event: 'relay', data: { payload: '' } }).length;
    first.relay('x'.repeat(MAX_FRAME_BYTES - empty));
    expect((await second.until('relay')).payload.length).toBe(MAX_FRAME_BYTES - empty);
    first.relay('x'.repeat(MAX_FRAME_BYTES - empty + 1));
    expect(await first.closed).toBe(CloseCode.tooBig);
    expect(await second.next()).toMatchObject({ event: 'peer', data: { state: 'dropped' } });
  });

  it('a binary frame closes with 1003', async () => {
    page.socket.send(Buffer.from('{"event":"pulse","data":{"peerAlive":true}}'), { binary: true });
    expect(await page.closed).toBe(CloseCode.unsupported);
  });

  it('text that is not UTF-8 closes with 1007', async () => {
    page.socket.send(Buffer.from([0x22, 0xff, 0xfe, 0x22]), { binary: false });
    expect(await page.closed).toBe(1007);
  });

  it('unusable frames again and again close with 1008', async () => {
    for (let count = 0; count < 30; count += 1) page.send('?');
    expect(await page.closed).toBe(CloseCode.policy);
  });

  it('usable frames in between show that it is no abuse', async () => {
    for (let count = 0; count < 100; count += 1) {
      page.send(count % 20 === 0 ? { event: 'pulse', data: { peerAlive: true } } : '?');
      expect((await page.next()).event).toBe(count % 20 === 0 ? 'pulse' : 'error');
    }
    await page.enter(newCallId());
  });

  it('whatever is sent, it is answered or the socket is closed', async () => {
    const event = fc.oneof(fc.constantFrom('enter', 'relay', 'pulse', 'entered', '__proto__'), fc.string());
    const frame = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ event, data: fc.jsonValue() }).map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 20 }), async (texts) => {
        const stranger = await server.open();
        for (const text of texts) stranger.send(text);
        const answers = (async () => {
          for (const _ of texts) await stranger.next();
          return 'answered' as const;
        })();
        // A true `enter` among them may be refused; then the socket closes.
        expect(['answered', CloseCode.refused]).toContain(await Promise.race([answers, stranger.closed]));
        stranger.socket.terminate();
      }),
      { numRuns: 60 },
    );
  });

  it.each(['/api/other', '/', '//', '/%00', '/api/signal/../x', '/api/signal/x', '/?/api/signal'])(
    'an upgrade to any other address, or a broken one, is answered with 404: %s',
    async (path) => {
      expect(await upgradeStatus(server.port, path)).toBe(404);
    },
  );

  it('a query after the address of the socket changes nothing', async () => {
    expect(await upgradeStatus(server.port, '/api/signal?x=/')).toBe(101);
  });
});

function upgradeStatus(port: number, path: string): Promise<number | 'closed'> {
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Version': '13',
  };
  return new Promise((resolve) => {
    request({ port, path, headers, host: '127.0.0.1' })
      .on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
      .on('upgrade', (_response, socket) => {
        socket.destroy();
        resolve(101);
      })
      .on('error', () => {
        resolve('closed');
      })
      .end();
  });
}
