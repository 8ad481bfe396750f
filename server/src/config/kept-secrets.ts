import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import webPush from 'web-push';
import { isFields, parseJson } from '../protocol/index.js';
import { StartupProblem } from './app-config.js';

const SECRET_FILE = 'server-secret';
const VAPID_FILE = 'vapid.json';
const SECRET_BYTES = 32;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** One folder after the other: Node's `recursive` never ends under /proc, where nothing can be made (seen in 20.20). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Of two processes that start together the other one made it.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** Makes DATA_DIR if it is not there, and proves that this process may write in it. */
export function openDataDir(dataDir: string): void {
  const probe = join(dataDir, `.probe-${process.pid}`);
  try {
    makeFolder(dataDir);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new StartupProblem(
      `DATA_DIR (${dataDir}) cannot be written (${codeOf(error)}). Give a folder this user may write in, for example DATA_DIR=./data.`,
    );
  }
}

/**
 * The text of a file that is made when first asked for, readable by this user only. Written beside and linked, so that of
 * two processes that start together both read what one of them wrote, and a kill leaves no half file.
 */
function keptText(path: string, make: () => string): string {
  const draft = `${path}.${process.pid}.draft`;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw new StartupProblem(`${path} cannot be read (${codeOf(error)}).`);
  }
  rmSync(draft, { force: true });
  writeFileSync(draft, make(), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw new StartupProblem(`${path} cannot be made (${codeOf(error)}).`);
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(path, 'utf8');
}

/** The secret of this server, made once. Whoever deletes the file makes every link and ticket given out worthless. */
export function keptServerSecret(dataDir: string): Buffer {
  const path = join(dataDir, SECRET_FILE);
  const text = keptText(path, () => `${randomBytes(SECRET_BYTES).toString('base64url')}\n`);
  const secret = Buffer.from(text.trim(), 'base64url');
  if (secret.length === SECRET_BYTES) return secret;
  throw new StartupProblem(
    `${path} is damaged. Restore it, or delete it: links given out so far then stop working.`,
  );
}

/** The Web Push keys of this server, made once. Deleting the file makes every subscription worthless. */
export function keptVapidKeys(dataDir: string): { publicKey: string; privateKey: string } {
  const path = join(dataDir, VAPID_FILE);
  const json = parseJson(keptText(path, () => `${JSON.stringify(webPush.generateVAPIDKeys())}\n`));
  const keys: unknown = json.ok ? json.value : null;
  if (isFields(keys)) {
    const { publicKey, privateKey } = keys;
    if (typeof publicKey === 'string' && typeof privateKey === 'string') return { publicKey, privateKey };
  }
  throw new StartupProblem(
    `${path} is damaged. Restore it, or delete it: phones must then be subscribed anew.`,
  );
}
