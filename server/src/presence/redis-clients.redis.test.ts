import { expect, it } from 'vitest';
import { until } from '../../../e2e/support/child.js';
import { startRedisCluster } from '../../../e2e/support/redis.js';
import { openClients } from './redis-clients.js';
import { sharedAt } from './testing/shared-at.js';

it('a Cluster connection that ends while its subscribers are connecting is followed by one that hears', async () => {
  const servers = await startRedisCluster();
  const clients = openClients(sharedAt(servers.url));
  try {
    clients.onError(() => undefined);
    const { subscriber } = clients;
    await until('it can be subscribed', () => subscriber.ssubscribe('first'));
    // Each makes its subscribers anew; the next one does not wait until they are connected.
    for (let times = 0; times < 5; times += 1) {
      if ('nodes' in subscriber) subscriber.disconnect(true);
      await until(
        'it connects again',
        () => subscriber.status === 'connect' || subscriber.status === 'ready',
      );
    }
    await until(
      'it can be subscribed again',
      async () => (await subscriber.ssubscribe('second')) !== undefined,
    );
    const heard: string[] = [];
    subscriber.on('smessage', (_channel: string, message: string) => heard.push(message));
    await until('it hears', async () => {
      await clients.commands.spublish('second', 'news');
      return heard.length > 0;
    });
    expect(heard).toContain('news');
  } finally {
    clients.disconnect();
    await servers.stop();
  }
});
