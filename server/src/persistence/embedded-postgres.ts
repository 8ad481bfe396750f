import { once } from 'node:events';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { StartupProblem } from '../config/app-config.js';
import { lockDataDir } from './data-dir-lock.js';

/** A PostgreSQL in this process that any PostgreSQL client reaches through a Unix socket only this user can open. */
export interface EmbeddedPostgres {
  /** The folder of the socket, as PostgreSQL clients want it. */
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Only a part of the socket's name. */
const PORT = 5432;
/** sockaddr_un holds 108 bytes on Linux, 104 on macOS and BSD, the closing zero included. */
const MAX_SOCKET_PATH = 103;
/** The default of 128 MB would be most of this server's memory; the tables here are small. */
const START_PARAMS = [...PGlite.defaultStartParams, '-c', 'shared_buffers=8MB'];

const open = (folder: string): Promise<PGlite> =>
  PGlite.create({ dataDir: folder, startParams: START_PARAMS });

/** In a thread of its own: making a database takes seconds of the processor and half a gigabyte that is free again after. */
const MAKING = `
  const { workerData } = require('node:worker_threads');
  const { PGlite } = require(workerData.pglite);
  PGlite.create(workerData.options).then((database) => database.close());
`;

async function make(folder: string): Promise<void> {
  const pglite = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const options = { dataDir: folder, startParams: START_PARAMS };
  const thread = new Worker(MAKING, { eval: true, workerData: { pglite, options } });
  const [code] = (await once(thread, 'exit')) as [number];
  if (code !== 0) throw new Error(`making it ended with ${code}`);
}

/** Made beside and then renamed: a kill in the middle of making it leaves nothing that looks like a database. */
async function makeDatabase(folder: string): Promise<void> {
  const draft = `${folder}.new`;
  // To the person at the terminal: nothing else is said meanwhile. Standard output belongs to the log.
  process.stderr.write('Preparing the database (some seconds; this happens once) …\n');
  rmSync(draft, { recursive: true, force: true });
  await make(draft);
  renameSync(draft, folder);
}

async function openDatabase(folder: string): Promise<PGlite> {
  try {
    if (!existsSync(folder)) await makeDatabase(folder);
    return await open(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartupProblem(
      `The database in ${folder} cannot be opened (${reason.split('\n')[0] ?? ''}). Restore the folder from a copy, or move it away to begin anew.`,
    );
  }
}

async function socketFolder(): Promise<string> {
  const name = '/o-to-o-XXXXXX/.s.PGSQL.5432';
  const base = [tmpdir(), '/tmp'].find((folder) => folder.length + name.length <= MAX_SOCKET_PATH) ?? '/tmp';
  return mkdtemp(join(base, 'o-to-o-'));
}

export interface DataDirHold {
  open(): Promise<EmbeddedPostgres>;
  /** Gives the folder back; the database in it must be stopped or never have been opened. */
  release(): void;
}

/** Reserves DATA_DIR for this process at once; opening the database in it takes a second or two and comes later. */
export function holdDataDir(dataDir: string): DataDirHold {
  const release = lockDataDir(dataDir);
  return { release, open: () => openEmbedded(join(dataDir, 'postgres')) };
}

async function openEmbedded(folder: string): Promise<EmbeddedPostgres> {
  const database = await openDatabase(folder);
  const host = await socketFolder();
  // One query at a time whatever the number; more than one connection only so that a new one may come before the old
  // one's end is noticed.
  const server = new PGLiteSocketServer({
    db: database,
    path: join(host, `.s.PGSQL.${PORT}`),
    maxConnections: 4,
  });
  await server.start();
  return {
    host,
    port: PORT,
    stop: async () => {
      await server.stop();
      await database.close();
      await rm(host, { recursive: true, force: true });
    },
  };
}
