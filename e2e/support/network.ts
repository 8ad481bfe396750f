import { execFileSync } from 'node:child_process';
import { canMakeNetworks } from '../../scripts/tools.js';

/** Who has a network of their own here. */
export type Place = 'server' | 'ann' | 'ben';

const ADDRESSES: Readonly<Record<Place, { host: string; router: string }>> = {
  server: { host: '203.0.113.10', router: '203.0.113.1' },
  ann: { host: '192.0.2.10', router: '192.0.2.1' },
  ben: { host: '198.51.100.10', router: '198.51.100.1' },
};
const PLACES = ['server', 'ann', 'ben'] as const;

/** Why networks cannot be made here; null when they can. */
export const noNetworks = (): string | null =>
  canMakeNetworks() ? null : 'Cutting a real network needs root on Linux (network namespaces).';

const sh = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

let made = 0;

/** A server and two people, each in a network namespace of their own, with a router between them. */
export class Network {
  readonly #prefix = `oto${process.pid}-${(made += 1)}`;
  readonly #cut = new Set<Place>();
  readonly #removeAtExit = (): void => this.remove();

  constructor() {
    process.once('exit', this.#removeAtExit);
    this.#add('router');
    this.#inside('router', 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
    for (const place of PLACES) this.#connect(place);
    this.#filter();
  }

  namespaceOf(place: Place | 'router'): string {
    return `${this.#prefix}-${place}`;
  }

  addressOf(place: Place): string {
    return ADDRESSES[place].host;
  }

  /** From now on nothing passes between this place and the rest; its interface stays up, nobody is told. */
  cut(place: Place): void {
    this.#cut.add(place);
    this.#filter();
  }

  mend(place: Place): void {
    this.#cut.delete(place);
    this.#filter();
  }

  remove(): void {
    process.removeListener('exit', this.#removeAtExit);
    for (const place of [...PLACES, 'router'] as const) {
      try {
        sh('ip', 'netns', 'del', this.namespaceOf(place));
      } catch {
        // It was not made: the constructor had failed before.
      }
    }
  }

  #add(place: Place | 'router'): void {
    sh('ip', 'netns', 'add', this.namespaceOf(place));
    this.#inside(place, 'ip', 'link', 'set', 'lo', 'up');
    this.#inside(place, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1');
  }

  #connect(place: Place): void {
    const { host, router } = ADDRESSES[place];
    this.#add(place);
    const ends = ['eth0', 'netns', this.namespaceOf(place), 'type', 'veth'];
    sh('ip', 'link', 'add', ...ends, 'peer', 'name', place, 'netns', this.namespaceOf('router'));
    this.#inside(place, 'ip', 'addr', 'add', `${host}/24`, 'dev', 'eth0');
    this.#inside('router', 'ip', 'addr', 'add', `${router}/24`, 'dev', place);
    this.#inside(place, 'ip', 'link', 'set', 'eth0', 'up');
    this.#inside('router', 'ip', 'link', 'set', place, 'up');
    this.#inside(place, 'ip', 'route', 'add', 'default', 'via', router);
  }

  /** One rule set for all cuts; adding a table twice and deleting it once makes the change a single step. */
  #filter(): void {
    const drops = [...this.#cut].flatMap((place) => [`iifname "${place}" drop;`, `oifname "${place}" drop;`]);
    const chain = `chain pass { type filter hook forward priority 0; policy accept; ${drops.join(' ')} }`;
    const rules = `table ip cuts\ndelete table ip cuts\ntable ip cuts {\n${chain}\n}\n`;
    const nft = ['netns', 'exec', this.namespaceOf('router'), 'nft', '-f', '-'];
    execFileSync('ip', nft, { input: rules, stdio: ['pipe', 'pipe', 'pipe'] });
  }

  #inside(place: Place | 'router', command: string, ...args: string[]): void {
    sh('ip', 'netns', 'exec', this.namespaceOf(place), command, ...args);
  }
}
