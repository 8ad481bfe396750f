import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { removeFolder, temporaryFolder } from '../../../e2e/support/child.js';
import { pageScripts } from './page-scripts.js';

describe('what the build wrote into the page', () => {
  const folder = temporaryFolder('page-scripts');
  afterAll(() => removeFolder(folder));

  it('may run, by its very letters; scripts that come as files need no leave', () => {
    const script = 'begin();\n// "$&" and all';
    const page = `<script>${script}</script><script type="module" src="/a.js"></script>`;
    writeFileSync(join(folder, 'index.html'), page);
    expect(pageScripts(folder)).toEqual([`'sha256-${createHash('sha256').update(script).digest('base64')}'`]);
  });

  it('is nothing in a page that has no such script, or is not built', () => {
    writeFileSync(join(folder, 'index.html'), '<!doctype html><script src="/a.js"></script>');
    expect(pageScripts(folder)).toEqual([]);
    expect(pageScripts(join(folder, 'nowhere'))).toEqual([]);
  });
});
