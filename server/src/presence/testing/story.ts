import { step, type Effect, type Input, type Message } from '../call-machine.js';
import type { TicketClaim } from '../call-seating.js';
import { newCall, type Call, type Time } from '../call-state.js';

export const DURATIONS = { graceMs: 60_000, leaseMs: 75_000 };
export const START = 1_000_000;

/** A call told step by step, in seconds since its beginning. */
export class Story {
  #call: Call = newCall(START);
  #effects: readonly Effect[] = [];

  get call(): Call {
    return this.#call;
  }

  /** Everything the last step did besides changing the call. */
  get effects(): readonly Effect[] {
    return this.#effects;
  }

  does(input: Input): this {
    const { call, effects } = step(this.#call, input, DURATIONS);
    this.#call = call;
    this.#effects = effects;
    return this;
  }

  enters(holder: string, connection: string, at = 0, ticket?: TicketClaim): this {
    return this.does({ type: 'enter', at: time(at), connection, holder, ...(ticket ? { ticket } : {}) });
  }

  drops(connection: string, at = 0): this {
    return this.does({ type: 'lost', at: time(at), connection });
  }

  leaves(connection: string, at = 0): this {
    return this.does({ type: 'leave', at: time(at), connection });
  }

  locks(connection: string, at = 0, on = true): this {
    return this.does({ type: 'lock', at: time(at), connection, on });
  }

  blocks(connection: string, at = 0): this {
    return this.does({ type: 'block', at: time(at), connection });
  }

  lives(connection: string, at: number, peerAlive = false): this {
    return this.does({ type: 'alive', at: time(at), connection, peerAlive });
  }

  waits(at: number): this {
    return this.does({ type: 'tick', at: time(at) });
  }

  /** The store is emptied; whoever comes first begins anew. */
  isLost(at: number): this {
    this.#call = newCall(time(at));
    return this;
  }

  told(connection: string): Message[] {
    return this.#effects.flatMap((effect) =>
      effect.type === 'tell' && effect.connection === connection ? [effect.message] : [],
    );
  }

  /** What a connection that entered just now has in its hands. */
  ticketOf(connection: string): TicketClaim {
    const [message] = this.told(connection);
    if (message?.type !== 'entered') throw new Error(`${connection} did not enter`);
    const { seat, epoch, born, at } = message;
    return { seat, epoch, born, issuedAt: at };
  }

  get recorded(): string[] {
    return this.#effects.flatMap((effect) => (effect.type === 'record' ? [effect.event] : []));
  }
}

export const time = (seconds: number): Time => START + seconds * 1000;
export const two = () => new Story().enters('ann', 'a1').enters('bob', 'b1', 1);
