/** What a browser's own network does to direct calls, as far as its STUN answers tell. */
export type NetworkKind =
  /** One outside address whomever it talks to, or no translation at all: direct calls work with most others. */
  | 'steady'
  /** Another outside address for everybody it talks to (symmetric NAT): the other cannot know where to send. */
  | 'changing'
  /** No STUN server answered: UDP is forbidden, or the servers are away. */
  | 'silent'
  /** There is no STUN server to ask. */
  | 'unasked';

export const NETWORK_KINDS: readonly NetworkKind[] = ['steady', 'changing', 'silent', 'unasked'];

/** Whose network stands in the way of a direct call, and how. */
export interface Obstacle {
  readonly whose: 'yours' | 'theirs' | 'both' | 'ours' | 'unknown';
  readonly why: 'changing' | 'silent' | 'unasked' | 'unknown';
}

interface Mapped {
  /** The address inside: one socket of the browser. */
  readonly inside: string;
  readonly outside: string;
}

/** `candidate:… <address> <port> typ srflx raddr <address> rport <port> …` (RFC 8839, 5.1) */
const MAPPED = /^candidate:\S+ \d+ udp \d+ (\S+) (\d+) typ srflx raddr (\S+) rport (\d+)/i;

function mappedOf(candidate: string): Mapped | null {
  const [, address, port, relatedAddress, relatedPort] = MAPPED.exec(candidate) ?? [];
  return address && port && relatedAddress && relatedPort
    ? { inside: `${relatedAddress} ${relatedPort}`, outside: `${address} ${port}` }
    : null;
}

/**
 * What the candidates of one gathering tell.
 * @param finished Gathering ended by itself; a STUN server that does not answer holds it up until its time is over.
 */
export function networkKind(
  candidates: readonly string[],
  stunServers: number,
  finished: boolean,
): NetworkKind {
  if (stunServers === 0) return 'unasked';
  const outsides = new Map<string, Set<string>>();
  for (const candidate of candidates) {
    const mapped = mappedOf(candidate);
    if (!mapped) continue;
    outsides.set(mapped.inside, (outsides.get(mapped.inside) ?? new Set()).add(mapped.outside));
  }
  if ([...outsides.values()].some((seen) => seen.size > 1)) return 'changing';
  // Without translation the outside address is the inside one, and browsers leave the repetition out.
  return outsides.size > 0 || finished ? 'steady' : 'silent';
}

/** Why two could not connect. Null: that network is not known. */
export function obstacleBetween(own: NetworkKind | null, theirs: NetworkKind | null): Obstacle {
  if (own === 'unasked') return { whose: 'ours', why: 'unasked' };
  for (const why of ['silent', 'changing'] as const) {
    if (own === why && theirs === why) return { whose: 'both', why };
    if (own === why) return { whose: 'yours', why };
    if (theirs === why) return { whose: 'theirs', why };
  }
  return { whose: 'unknown', why: 'unknown' };
}
