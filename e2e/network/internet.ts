import { execFileSync } from 'node:child_process';
import { canMakeNetworks } from '../../scripts/tools.js';

/**
 * An internet in network namespaces: a server and two people, each with two ways out (one in use at a time), each way
 * behind an address translation of its own. IPv4 only.
 *
 *     server 203.0.113.10 ── wan ──┬── wifi-ann ──┐
 *                                  ├── cell-ann ──┴ ann
 *                                  ├── wifi-ben ──┐
 *                                  └── cell-ben ──┴ ben
 */
export type Who = 'ann' | 'ben';
export type Way = 'wifi' | 'cell';

/**
 * What a home router does with addresses. `cone`: one outside port for all destinations, open to those who were written
 * to (port-restricted). `open`: the same, open to everybody (full cone). `symmetric`: another outside port for every
 * destination, so that nobody can be told where to send.
 */
export type NatKind = 'open' | 'cone' | 'symmetric';

/** What a way lets through. */
export type Passes =
  | 'everything'
  /** Every packet is swallowed; interfaces stay up and nobody is told. */
  | 'nothing'
  | 'no-udp'
  /** STUN answers, but packets between two people are swallowed. */
  | 'udp-to-server-only'
  /** The two people still reach each other. */
  | 'no-server';

export interface Condition {
  readonly nat: NatKind;
  readonly passes: Passes;
  /** Packets lost at random, each direction. */
  readonly lossPercent: number;
  /** Each direction; 0: unlimited. */
  readonly kbitPerSecond: number;
}

const GOOD: Condition = { nat: 'cone', passes: 'everything', lossPercent: 0, kbitPerSecond: 0 };

export const SERVER_ADDRESS = '203.0.113.10';

type Router = `${Way}-${Who}`;
type Place = 'server' | Who;
type Node = Place | Router | 'wan';

const WHO = ['ann', 'ben'] as const;
const WAYS = ['wifi', 'cell'] as const;
const ROUTERS = WHO.flatMap((who) => WAYS.map((way): Router => `${way}-${who}`));

/** First three bytes of the network behind each router; the outside is one of the /30 nets of 198.51.100.0. */
const INSIDE: Readonly<Record<Router, string>> = {
  'wifi-ann': '192.168.1',
  'wifi-ben': '192.168.2',
  'cell-ann': '10.64.1',
  'cell-ben': '10.64.2',
};
const outside = (router: Router): { own: string; next: string } => {
  const first = ROUTERS.indexOf(router) * 4;
  return { next: `198.51.100.${first + 1}`, own: `198.51.100.${first + 2}` };
};

/** Milliseconds of packets a limited link keeps before it drops (a small home router's buffer). */
const QUEUE_MS = 200;

/** Why networks cannot be made here; null when they can. */
export const noNetworks = (): string | null =>
  canMakeNetworks() ? null : 'A network of its own needs root on Linux (network namespaces).';

const sh = (command: string, ...args: string[]): void => {
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
};

function dropRules({ passes, lossPercent }: Condition): string[] {
  const rules: Record<Passes, string[]> = {
    everything: [],
    nothing: ['drop'],
    'no-udp': ['meta l4proto udp drop'],
    'udp-to-server-only': [
      `meta l4proto udp ip saddr != ${SERVER_ADDRESS} ip daddr != ${SERVER_ADDRESS} drop`,
    ],
    'no-server': [`ip saddr ${SERVER_ADDRESS} drop`, `ip daddr ${SERVER_ADDRESS} drop`],
  };
  const loss = lossPercent > 0 ? [`numgen random mod 1000 < ${Math.round(lossPercent * 10)} drop`] : [];
  return [...rules[passes], ...loss];
}

function natRules(kind: NatKind, inside: string): string {
  const source = kind === 'symmetric' ? 'masquerade random,fully-random' : 'masquerade';
  const everybody =
    kind === 'open'
      ? `chain pre { type nat hook prerouting priority -100; iifname "wan" udp dport 1024-65535 dnat to ${inside}.10; }`
      : '';
  return `chain post { type nat hook postrouting priority 100; oifname "wan" ${source}; }\n${everybody}`;
}

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

/** A run that was killed could not clear up after itself: the next one does. */
function removeOrphans(): void {
  const names = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).matchAll(/^oto(\d+)-\S+/gm);
  for (const [name, pid] of names) if (isGone(Number(pid))) sh('ip', 'netns', 'del', name);
}

let made = 0;

export class Internet {
  readonly #prefix = `oto${process.pid}-${(made += 1)}`;
  readonly #conditions = new Map<Router, Condition>();
  readonly #ways: Record<Who, Way> = { ann: 'wifi', ben: 'wifi' };
  readonly #removeAtExit = (): void => this.remove();

  constructor() {
    process.once('exit', this.#removeAtExit);
    try {
      removeOrphans();
      this.#build();
    } catch (problem) {
      this.remove();
      throw problem;
    }
  }

  namespaceOf(node: Node): string {
    return `${this.#prefix}-${node}`;
  }

  /** Changes what is given of a way's condition; by default of the way in use. */
  set(who: Who, change: Partial<Condition>, way: Way = this.#ways[who]): void {
    const router: Router = `${way}-${who}`;
    const before = this.#conditions.get(router) ?? GOOD;
    const after = { ...before, ...change };
    this.#conditions.set(router, after);
    if (after.nat !== before.nat) this.#translate(router, after.nat);
    if (after.passes !== before.passes || after.lossPercent !== before.lossPercent)
      this.#filter(router, after);
    if (after.kbitPerSecond !== before.kbitPerSecond) this.#limit(router, after.kbitPerSecond);
  }

  /** From now on nothing passes between this person and the rest. */
  cut(who: Who): void {
    this.set(who, { passes: 'nothing' });
  }

  mend(who: Who): void {
    this.set(who, { passes: 'everything' });
  }

  /** From Wi-Fi to mobile or back: the old interface goes down, and its address with it. */
  move(who: Who, to: Way): void {
    const from = this.#ways[who];
    if (from === to) return;
    this.#ways[who] = to;
    const router = `${INSIDE[`${to}-${who}`]}.1`;
    // One program for all, so that the moment of the change is one however busy the machine is.
    const steps = [`link set ${from} down`, `link set ${to} up`, `route replace default via ${router}`];
    execFileSync('ip', ['-n', this.namespaceOf(who), '-batch', '-'], {
      input: steps.join('\n'),
      stdio: 'pipe',
    });
  }

  /** As it was made: everybody on Wi-Fi, everything passes. What is translated already goes on as before. */
  reset(): void {
    for (const who of WHO) {
      for (const way of WAYS) this.set(who, GOOD, way);
      this.move(who, 'wifi');
    }
  }

  remove(): void {
    process.removeListener('exit', this.#removeAtExit);
    for (const node of [...WHO, ...ROUTERS, 'server', 'wan'] as const) {
      try {
        sh('ip', 'netns', 'del', this.namespaceOf(node));
      } catch {
        // It was not made: building had failed before.
      }
    }
  }

  #build(): void {
    for (const node of [...WHO, ...ROUTERS, 'server', 'wan'] as const) this.#add(node);
    this.#cable(['server', 'eth0', `${SERVER_ADDRESS}/24`], ['wan', 'server', '203.0.113.1/24']);
    this.#inside('server', 'ip', 'route', 'add', 'default', 'via', '203.0.113.1');
    for (const who of WHO) for (const way of WAYS) this.#connect(who, way);
  }

  #add(node: Node): void {
    sh('ip', 'netns', 'add', this.namespaceOf(node));
    this.#inside(node, 'ip', 'link', 'set', 'lo', 'up');
    const settings = ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.disable_ipv6=1'];
    // A person has two ways in and out: answers may leave by another one than the question came by.
    this.#inside(node, 'sysctl', '-qw', ...settings, 'net.ipv4.conf.default.rp_filter=0');
  }

  #connect(who: Who, way: Way): void {
    const router: Router = `${way}-${who}`;
    const inside = INSIDE[router];
    const { own, next } = outside(router);
    this.#cable([router, 'wan', `${own}/30`], ['wan', router, `${next}/30`]);
    this.#inside(router, 'ip', 'route', 'add', 'default', 'via', next);
    this.#cable([who, way, `${inside}.10/24`], [router, 'lan', `${inside}.1/24`]);
    if (way === 'cell') this.#inside(who, 'ip', 'link', 'set', way, 'down');
    else this.#inside(who, 'ip', 'route', 'add', 'default', 'via', `${inside}.1`);
    this.#translate(router, GOOD.nat);
  }

  #cable(...ends: readonly [readonly [Node, string, string], readonly [Node, string, string]]): void {
    const [[nodeA, deviceA], [nodeB, deviceB]] = ends;
    const far = ['peer', 'name', deviceB, 'netns', this.namespaceOf(nodeB)];
    sh('ip', 'link', 'add', deviceA, 'netns', this.namespaceOf(nodeA), 'type', 'veth', ...far);
    for (const [node, device, address] of ends) {
      this.#inside(node, 'ip', 'addr', 'add', address, 'dev', device);
      this.#inside(node, 'ip', 'link', 'set', device, 'up');
      // Packets of real size, not bundles of 64 KB: loss and limits then hit what they would hit on a real link.
      this.#inside(node, 'ip', 'link', 'set', device, 'gso_max_segs', '1');
    }
  }

  /**
   * Unasked packets are dropped at the router itself before connection tracking notes them, as home routers do: an early
   * probe from the other side would otherwise take the very port that the own probe needs.
   */
  #translate(router: Router, kind: NatKind): void {
    const accepted = 'iifname "lan" accept; iifname "lo" accept; ct state established,related accept;';
    this.#rules(router, 'nat', natRules(kind, INSIDE[router]));
    this.#rules(router, 'own', `chain input { type filter hook input priority 0; policy drop; ${accepted} }`);
  }

  #filter(router: Router, condition: Condition): void {
    const drops = dropRules(condition).map((rule) => `${rule};`);
    this.#rules(
      router,
      'passing',
      `chain pass { type filter hook forward priority -10; ${drops.join(' ')} }`,
    );
  }

  #limit(router: Router, kbit: number): void {
    const shape = ['root', 'tbf', 'rate', `${kbit}kbit`, 'burst', '4kb', 'latency', `${QUEUE_MS}ms`];
    for (const device of ['wan', 'lan']) {
      if (kbit > 0) this.#inside(router, 'tc', 'qdisc', 'replace', 'dev', device, ...shape);
      else this.#inside(router, 'tc', 'qdisc', 'del', 'dev', device, 'root');
    }
  }

  /** Adding a table, deleting it and adding it again makes the change of its rules a single step. */
  #rules(router: Router, table: string, chains: string): void {
    const input = `table ip ${table}\ndelete table ip ${table}\ntable ip ${table} {\n${chains}\n}\n`;
    const nft = ['netns', 'exec', this.namespaceOf(router), 'nft', '-f', '-'];
    execFileSync('ip', nft, { input, stdio: ['pipe', 'pipe', 'pipe'] });
  }

  #inside(node: Node, command: string, ...args: string[]): void {
    sh('ip', 'netns', 'exec', this.namespaceOf(node), command, ...args);
  }
}
