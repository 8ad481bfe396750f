import { startRedis, startRedisCluster } from '../../../e2e/support/redis.js';
import { itKeepsCalls, type Subject } from './presence-store.contract.js';
import { MemoryPresenceStore } from './presence-store.memory.js';
import { RedisPresenceStore } from './presence-store.redis.js';
import { sharedAt } from './testing/shared-at.js';

itKeepsCalls('in memory', async () => {
  const store = new MemoryPresenceStore();
  return { open: () => Promise.resolve(store), close: () => store.close() };
});

async function onRedis(server: { url: string; stop(): Promise<void> }): Promise<Subject> {
  const stores: RedisPresenceStore[] = [];
  return {
    open: async () => {
      const store = await new RedisPresenceStore(sharedAt(server.url)).opened();
      stores.push(store);
      return store;
    },
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
      await server.stop();
    },
  };
}

itKeepsCalls('one Redis', async () => onRedis(await startRedis()));
itKeepsCalls('a Redis Cluster', async () => onRedis(await startRedisCluster()));
