import { redisSource } from '../../config/redis-source.js';
import type { SharedStore } from '../redis-clients.js';

/** What `REDIS_URL` alone would lead to. */
export function sharedAt(url: string): SharedStore {
  const source = redisSource(url.split(','));
  if (!source || source.is === 'memory') throw new Error(`${url} leads to no Redis`);
  return source;
}
