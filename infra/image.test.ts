import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { projectFiles, seenByBuilder } from './testing/build-context.js';
import { dockerfileText, lastOf, stagesOf, type Stage } from './testing/dockerfile.js';

const text = dockerfileText();
const stages = stagesOf(text);
const last = (): Stage => {
  const stage = stages.at(-1);
  if (!stage) throw new Error('The Dockerfile has no stage.');
  return stage;
};

describe('the image', () => {
  it('is described by a Dockerfile that a builder has nothing to say against', () => {
    expect(validate(text)).toEqual([]);
  });

  it('begins from one base, named to its last digit', () => {
    const bases = new Set(stages.map(({ base }) => base));
    expect([...bases]).toEqual([
      expect.stringMatching(/^node:\d+\.\d+\.\d+-bookworm-slim(@sha256:[0-9a-f]{64})?$/) as string,
    ]);
  });

  it('begins from a Node that the project may run on, and that is a long-term one', () => {
    const major = Number(/^node:(\d+)\./.exec(last().base)?.[1]);
    expect(major).toBeGreaterThanOrEqual(20);
    expect(major % 2).toBe(0);
  });

  it('runs as a user who is not root, given by number', () => {
    const user = lastOf(last(), 'USER');
    expect(user?.uid).toBeGreaterThan(0);
    expect(user?.gid).toBeGreaterThan(0);
    // Nothing is installed or copied as somebody else afterwards.
    const after = last().steps.slice(last().steps.findIndex(({ is }) => is === 'USER'));
    expect(after.filter(({ is }) => is === 'RUN' || is === 'COPY')).toEqual([]);
  });

  it('starts Node itself, with no shell between it and its signals', () => {
    expect(lastOf(last(), 'ENTRYPOINT')?.argv).toEqual(['node']);
    expect(lastOf(last(), 'CMD')?.argv).toEqual(['server/dist/main.js']);
    expect(lastOf(last(), 'HEALTHCHECK')?.argv[0]).toBe('node');
  });

  it('takes nothing from an address, and holds no secret', () => {
    expect(text).not.toMatch(/^\s*ADD\b/m);
    expect(text).not.toMatch(/^\s*(?:ARG|ENV)\b[^\n]*(?:SECRET|PASSWORD|TOKEN|PRIVATE|_KEY)/im);
    expect(text).not.toMatch(/curl|wget|:latest/);
  });

  it('holds only packages that the server needs at run time, none of which ran a script', () => {
    const production = stages.find(({ name }) => name === 'production');
    const scripts = production?.steps.flatMap((step) => (step.is === 'RUN' ? [step.script] : [])) ?? [];
    expect(scripts.join('\n')).toMatch(/npm ci --omit=dev --omit=optional --ignore-scripts/);
    const packages = last().steps.filter((step) => step.is === 'COPY' && step.to === 'node_modules');
    expect(packages).toMatchObject([{ from: 'production' }]);
  });

  it('is made without history, secrets, tests, or anything that was built elsewhere', () => {
    const seen = seenByBuilder(projectFiles());
    for (const needed of [
      'package-lock.json',
      'server/src/main.ts',
      'client/index.html',
      'client/public/favicon.svg',
    ])
      expect(seen).toContain(needed);
    const tests = seen.filter((file) => /\.test\.ts$|\.contract\.ts$|\/testing\//.test(file));
    expect(tests).toEqual([]);
    const strangers = [
      '.git/config',
      '.env',
      'infra/.env',
      'server/.env',
      'data/server-secret',
      'server.log',
    ];
    const built = ['node_modules/ws/index.js', 'server/dist/main.js', 'client/dist/index.html', '.cache/x'];
    expect(seenByBuilder([...strangers, ...built, 'e2e/talk.spec.ts', 'infra/Dockerfile'])).toEqual([]);
  });
});
