import { checkNetwork } from './network-check';
import { obstacleBetween, type NetworkKind, type Obstacle } from './network-kind';
import type { RtcFactory } from './rtc';

export interface NetworkScoutEvents {
  /** What the own network does, whenever it is found out. */
  own(network: NetworkKind): void;
  /** What stands between the two, as far as is known now. */
  obstacle(obstacle: Obstacle): void;
}

/** What is known of the two networks: the own one looked at, the other's as told. */
export class NetworkScout {
  private readonly rtc: RtcFactory;
  private readonly events: NetworkScoutEvents;
  private servers: readonly RTCIceServer[] = [];
  /** Looks at networks of the past say nothing any more. */
  private generation = 0;
  private looking: Promise<NetworkKind | null> | null = null;
  private own: NetworkKind | null = null;
  private theirs: NetworkKind | null = null;

  constructor(rtc: RtcFactory, events: NetworkScoutEvents) {
    this.rtc = rtc;
    this.events = events;
  }

  /** Whom to ask. */
  ask(servers: readonly RTCIceServer[]): void {
    this.servers = servers;
  }

  /** Looks once; whoever asks again gets the same answer, until the network changes. */
  look(): Promise<NetworkKind | null> {
    this.looking ??= this.lookNow(this.generation);
    return this.looking;
  }

  told(theirs: NetworkKind): void {
    this.theirs = theirs;
    this.conclude();
  }

  /** The own network is another one now. */
  forget(): void {
    this.generation += 1;
    this.looking = null;
    this.own = null;
  }

  close(): void {
    this.forget();
  }

  private async lookNow(generation: number): Promise<NetworkKind | null> {
    const network = await checkNetwork(this.rtc, this.servers);
    if (generation !== this.generation) return null;
    this.own = network;
    if (network) this.events.own(network);
    this.conclude();
    return network;
  }

  private conclude(): void {
    this.events.obstacle(obstacleBetween(this.own, this.theirs));
  }
}
