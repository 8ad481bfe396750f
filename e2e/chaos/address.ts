import { execFileSync } from 'node:child_process';
import type { Network } from '../support/network.js';
import type { Side } from './world.js';

const run = (namespace: string, ...args: string[]): string =>
  execFileSync('ip', ['netns', 'exec', namespace, 'ip', ...args], { encoding: 'utf8' });

/** Gives this place another address in its network, as a phone that changes networks has: what was open over the old one is dead. */
export function changeAddress(network: Network, side: Side): void {
  const namespace = network.namespaceOf(side);
  const first = network.addressOf(side);
  const other = first.replace(/\d+$/, (last) => String(Number(last) + 1));
  const isFirst = run(namespace, '-4', '-o', 'addr', 'show', 'dev', 'eth0').includes(`${first}/`);
  const [from, to] = isFirst ? [first, other] : [other, first];
  run(namespace, 'addr', 'del', `${from}/24`, 'dev', 'eth0');
  run(namespace, 'addr', 'add', `${to}/24`, 'dev', 'eth0');
  run(namespace, 'route', 'replace', 'default', 'via', first.replace(/\d+$/, '1'));
}
