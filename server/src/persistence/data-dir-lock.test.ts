import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { startChild, temporaryFolder } from '../../../e2e/support/child.js';
import { StartupProblem } from '../config/app-config.js';
import { isFields, parseJson, type Fields } from '../protocol/index.js';
import { lockDataDir } from './data-dir-lock.js';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder('lock');
});

function lockFile(): Fields {
  const json = parseJson(readFileSync(join(folder, 'lock.json'), 'utf8'));
  if (!json.ok || !isFields(json.value)) throw new Error('no lock');
  return json.value;
}

const writeLock = (fields: Fields) => {
  writeFileSync(join(folder, 'lock.json'), JSON.stringify(fields));
};

describe('a data folder', () => {
  it('belongs to one process at a time', () => {
    lockDataDir(folder);
    expect(() => lockDataDir(folder)).toThrow(StartupProblem);
    expect(() => lockDataDir(folder)).toThrow(`in use by process ${process.pid}`);
  });

  it('is free again when given back, with nothing left in it', () => {
    lockDataDir(folder)();
    expect(readdirSync(folder)).toEqual([]);
    lockDataDir(folder);
  });

  it('is free when the process that held it was killed', async () => {
    const other = await startChild('sleep', ['600']);
    lockDataDir(folder);
    const stat = readFileSync(`/proc/${other.pid}/stat`, 'utf8');
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    writeLock({ ...lockFile(), pid: other.pid, started });
    expect(() => lockDataDir(folder)).toThrow(StartupProblem);
    await other.end('SIGKILL');
    lockDataDir(folder);
    expect(lockFile()['pid']).toBe(process.pid);
  });

  it('is free when another process has got the number of the one that held it', () => {
    lockDataDir(folder);
    writeLock({ ...lockFile(), started: '1' });
    lockDataDir(folder);
  });

  it('is free when it was held before a reboot, or in a container that is gone', () => {
    lockDataDir(folder);
    writeLock({ ...lockFile(), space: 'another' });
    lockDataDir(folder);
  });

  it('is free when the lock in it is damaged', () => {
    writeFileSync(join(folder, 'lock.json'), 'half a lo');
    lockDataDir(folder);
    expect(readdirSync(folder)).toEqual(['lock.json']);
  });
});
