import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chownSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  onFreePort,
  removeFolder,
  startChild,
  temporaryFolder,
  until,
  type Child,
} from '../e2e/support/child.js';
import { canMakeNetworks } from '../scripts/tools.js';
import { root } from '../scripts/fresh-build.js';
import { composition, makeEnv } from './testing/compose.js';

const TRANSACTION = 'b7e7a701bc34d686fa87dfae';
/** RFC 8489: a Binding request; RFC 8656: an Allocate request for a relayed UDP address. */
const BINDING = Buffer.from(`000100002112a442${TRANSACTION}`, 'hex');
const ALLOCATE = Buffer.from(`000300082112a442${TRANSACTION}0019000411000000`, 'hex');
const BINDING_SUCCESS = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;
/** An address that appears nowhere else on this machine. */
const HERE = '127.9.9.7';

const NOBODY = { uid: 65_534, gid: 65_534 };

describe.skipIf(!canMakeNetworks() && process.env.CI !== 'true')('coturn, for STUN only', () => {
  const folder = temporaryFolder('coturn');
  const values = makeEnv(folder, 'call.example');
  let port = 0;
  let coturn: Child;

  async function startAt(free: number): Promise<{ port: number; coturn: Child }> {
    const first = 2 * Math.floor(free / 2);
    const conf = readFileSync(join(root, 'infra', 'coturn', 'turnserver.conf'), 'utf8');
    const moved = conf
      .replaceAll('3478', String(first))
      .replaceAll('3479', String(first + 1))
      .replace('/tmp/', `${folder}/`);
    writeFileSync(join(folder, 'turnserver.conf'), moved);
    const args = ['-c', join(folder, 'turnserver.conf')];
    const child = await startChild('turnserver', args, { cwd: folder, user: NOBODY });
    try {
      for (const at of [first, first + 1])
        await until('coturn answers', async () => (await answersTo(at, [BINDING])).length > 0);
      return { port: first, coturn: child };
    } catch (problem) {
      await child.end();
      throw problem;
    }
  }

  beforeAll(async () => {
    chownSync(folder, NOBODY.uid, NOBODY.gid);
    // Two ports in a row that are not the usual ones: this machine may have others. Free ones for TCP only are tried again.
    ({ port, coturn } = await onFreePort(startAt));
  });
  afterAll(async () => {
    await coturn.end();
    removeFolder(folder);
  });

  /** What comes back until the last of these packets is answered, or a second has passed. */
  async function answersTo(at: number, packets: readonly Buffer[]): Promise<Buffer[]> {
    const socket = createSocket('udp4').bind(0, HERE);
    await once(socket, 'listening');
    const answers: Buffer[] = [];
    try {
      for (const packet of packets) socket.send(packet, at, '127.0.0.1');
      const late = AbortSignal.timeout(1000);
      const [answer] = (await once(socket, 'message', { signal: late })) as [Buffer];
      answers.push(answer);
    } catch {
      // Nobody listens yet, or nobody means to answer.
    } finally {
      socket.close();
    }
    return answers;
  }

  it.each([0, 1])(
    'says to who asks under which address they are seen, and nothing else (port %s)',
    async (offset) => {
      const [answer = Buffer.alloc(20)] = await answersTo(port + offset, [BINDING]);
      expect(answer.readUInt16BE(0)).toBe(BINDING_SUCCESS);
      expect(answer.readUInt16BE(20)).toBe(XOR_MAPPED_ADDRESS);
      const address = answer.subarray(28, 32).map((byte, index) => byte ^ (BINDING[4 + index] ?? 0));
      expect([...address].join('.')).toBe(HERE);
      expect(answer.length).toBe(32);
    },
  );

  it('is known to be well by the check that compose.yaml makes', () => {
    const [how, program = '', ...words] = composition(values).services.coturn?.healthcheck?.test ?? [];
    expect(how).toBe('CMD');
    expect(() =>
      execFileSync(
        program,
        words.map((word) => word.replace('3478', String(port))),
        { stdio: 'pipe', timeout: 30_000 },
      ),
    ).not.toThrow();
  });

  it('relays for nobody: who asks for a relayed address gets no answer, not even the offer to log in', async () => {
    // Packets of one socket are answered in their order: the first answer is the one to the second packet.
    const [answer] = await answersTo(port, [ALLOCATE, BINDING]);
    expect(answer?.readUInt16BE(0)).toBe(BINDING_SUCCESS);
  });

  it('has no other door, and writes no log', () => {
    const listening = ['tcp', 'tcp6'].flatMap((kind) =>
      readFileSync(`/proc/${coturn.pid}/net/${kind}`, 'utf8').split('\n'),
    );
    const fds = readdirSync(`/proc/${coturn.pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${coturn.pid}/fd/${fd}`);
      } catch {
        return '';
      }
    });
    const own = new Set(fds.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
    const doors = listening.filter(
      (line) => own.has(line.trim().split(/\s+/)[9] ?? '') && line.trim().split(/\s+/)[3] === '0A',
    );
    expect(doors).toEqual([]);
    expect(fds.filter((target) => /^\/(?!dev\/)/.test(target))).toEqual([]);
    expect(coturn.output()).not.toContain(HERE);
  });
});
