import { Client, DatabaseError } from 'pg';

/** The lock's number among the locks of one database: "o-to-o" as bytes, so that nobody else has it. */
const LOCK = 0x6f2d746f2d6f;
/** ms another server is waited for; who stops meanwhile has to be done within 15 s. */
const WAIT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** ms beyond the wait after which PostgreSQL itself, which should have said no, is taken for lost. */
const ANSWER_MS = 5_000;
/** lock_not_available, in Appendix A of PostgreSQL's manual. */
const WAITED_TOO_LONG = '55P03';

/** PostgreSQL notices after 30 s, not after the two hours of TCP, that the machine that had the lock has vanished. */
const KEEPALIVE =
  'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 2';

/** It may be done soon. */
export class MigrationsBusy extends Error {
  override readonly name = 'MigrationsBusy';
  constructor(waitMs: number, cause: unknown) {
    super(`another server has been bringing its tables up to date for ${waitMs / 1000} s`, { cause });
  }
}

async function lock(client: Client, waitMs: number): Promise<void> {
  await client.query(`SET lock_timeout = ${waitMs}; ${KEEPALIVE}`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== WAITED_TOO_LONG) throw error;
    throw new MigrationsBusy(waitMs, error);
  }
}

/**
 * Does what only one server at a time may do to a database. The lock belongs to a connection made for it, so that it is
 * given back however this ends, a killed process included.
 * @throws when another server has had it for `waitMs`
 */
export async function alone<T>(
  url: string,
  act: () => Promise<T>,
  onConnectionLost: (error: unknown) => void,
  waitMs = WAIT_MS,
): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: waitMs + ANSWER_MS,
    keepAlive: true,
  });
  client.on('error', onConnectionLost);
  try {
    await client.connect();
    await lock(client, waitMs);
    return await act();
  } finally {
    // Not waited for: a PostgreSQL that hangs would not answer this either.
    client.end(() => undefined);
  }
}
