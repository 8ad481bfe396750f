import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Redis } from 'ioredis';

/** Something that is left of what was done, or may be seen of it. */
export interface Remain {
  readonly where: string;
  readonly data: Buffer | string;
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Every column of every table, in whatever schema, that is not PostgreSQL's own; and what it says of its sessions. */
export async function tablesOf(ask: (sql: string) => Promise<Rows>): Promise<Remain[]> {
  const tables = await ask(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  const names = tables.map(({ name }) => String(name));
  const remains: Remain[] = [];
  for (const name of names) {
    const rows = await ask(`SELECT row_to_json(t)::text AS json, t::text AS row FROM ${name} AS t`);
    const text = rows.map(({ json, row }) => `${String(json)}\n${String(row)}`).join('\n');
    remains.push({ where: `table ${name}`, data: text });
  }
  const sessions = await ask('SELECT row_to_json(s)::text AS json FROM pg_stat_activity AS s');
  return [...remains, { where: 'sessions of the database', data: JSON.stringify(sessions) }];
}

/** Every file in a folder and below, whoever may still be writing it; its name, too. */
export function filesIn(folder: string, above = folder): Remain[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const where = `file ${relative(above, path)}`;
    const kind = lstatSync(path);
    if (kind.isDirectory()) return [{ where, data: name }, ...filesIn(path, above)];
    return [
      { where, data: kind.isFile() ? Buffer.concat([Buffer.from(`${name}\n`), readFileSync(path)]) : name },
    ];
  });
}

async function valueOf(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1', 'WITHSCORES');
    case 'stream':
      return redis.xrange(key, '-', '+');
    default:
      throw new Error(`What is kept as ${key} is of a kind that nobody looks into.`);
  }
}

/** Everything that is kept in a Redis: keys, fields, values; and what it says of its clients and channels. */
export async function storeOf(redis: Redis): Promise<Remain[]> {
  const keys = await redis.keys('*');
  const kept = await Promise.all(
    keys.map(async (key) => ({
      where: 'a key of the store',
      data: `${key}\n${JSON.stringify(await valueOf(redis, key))}`,
    })),
  );
  const said = await Promise.all([
    redis.client('LIST'),
    redis.pubsub('CHANNELS'),
    redis.pubsub('SHARDCHANNELS'),
    redis.function('LIST'),
  ]);
  return [...kept, { where: 'what the store says of itself', data: JSON.stringify(said) }];
}

/** What passes through a Redis, as its MONITOR shows it: the arguments of each command, the name first. */
export class StoreWatch {
  private constructor(
    private readonly monitor: Redis,
    readonly commands: readonly (readonly string[])[],
  ) {}

  static async begin(url: string): Promise<StoreWatch> {
    const commands: string[][] = [];
    const client = new Redis(url);
    const monitor = await client.monitor();
    monitor.on('monitor', (_time: string, args: string[]) => commands.push(args));
    // A Redis that is taken away takes its monitor along.
    for (const each of [client, monitor]) each.on('error', () => undefined);
    client.disconnect();
    return new StoreWatch(monitor, commands);
  }

  end(): void {
    this.monitor.disconnect();
  }
}
