import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { removeFolder, temporaryFolder } from '../e2e/support/child.js';
import { makeEnv } from './testing/compose.js';

const folder = temporaryFolder('make-env');
afterAll(() => removeFolder(folder));
const file = join(folder, '.env');

describe('the secrets of an installation', () => {
  it('are made anew each time, readable by nobody else, and never written over', () => {
    const first = makeEnv(folder, 'call.example');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const kept = readFileSync(file, 'utf8');
    expect(() => makeEnv(folder, 'call.example')).toThrow(/is there already/);
    expect(readFileSync(file, 'utf8')).toBe(kept);
    rmSync(file);
    const second = makeEnv(folder, 'call.example');
    const same = Object.keys(first).filter((name) => first[name] === second[name]);
    expect(same).toEqual(['DOMAIN', 'VERSION', 'CADDY_TLS']);
    rmSync(file);
  });

  it('are long, and need no quoting wherever they are put', () => {
    const { SERVER_SECRET, DATABASE_PASSWORD, REDIS_PASSWORD } = makeEnv(folder, 'call.example');
    for (const secret of [SERVER_SECRET, DATABASE_PASSWORD, REDIS_PASSWORD])
      expect(secret).toMatch(/^[0-9a-f]{48,64}$/);
    rmSync(file);
  });

  it.each([
    [],
    ['localhost'],
    ['https://call.example'],
    ['call.example/'],
    ['Call.Example'],
    ['a b.example'],
    ['-a.example'],
  ])('are not made for what is no domain name: %j', (...words) => {
    expect(() => makeEnv(folder, ...words)).toThrow(/domain name/);
    expect(() => statSync(file)).toThrow();
  });

  it("come with a certificate of Caddy's own authority only where that is asked for", () => {
    expect(makeEnv(folder, 'call.example').CADDY_TLS).toBe('');
    rmSync(file);
    expect(makeEnv(folder, 'box.home.arpa', '--local').CADDY_TLS).toBe('tls internal');
    rmSync(file);
    expect(() => makeEnv(folder, 'call.example', '--lokal')).toThrow(/Usage/);
  });
});
