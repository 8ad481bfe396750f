import type { PeerPresence, SeatNumber } from '../../protocol/index.js';
import { step, type Effect, type Input, type Message } from '../call-machine.js';
import { OUTRANKS_FOR_MS, type TicketClaim } from '../call-seating.js';
import {
  newCall,
  storedForMs,
  type Call,
  type ConnectionId,
  type HolderId,
  type Owner,
  type Time,
} from '../call-state.js';

/** The machine under test, or one broken on purpose. */
export interface Machine {
  readonly step: typeof step;
  readonly storedForMs: typeof storedForMs;
}

export const MACHINE: Machine = { step, storedForMs };

/** Units of time; all that matters is which comes before which. */
export const TIMES = { graceMs: 2, leaseMs: 3 } as const;
/** The link of an empty call works this long. */
export const TTL = 5;

/** Three people with five connections: two who come back, and a stranger. */
export const HOLDER_OF: Readonly<Record<ConnectionId, HolderId>> = {
  a1: 'A',
  a2: 'A',
  b1: 'B',
  b2: 'B',
  c1: 'C',
};
export const CONNECTIONS = Object.keys(HOLDER_OF);
const HOLDERS = ['A', 'B', 'C'];

/** From this age of a call on no ticket outranks anybody in it. */
const OUTRANKED_UNTIL = TIMES.graceMs + TIMES.leaseMs + OUTRANKS_FOR_MS;

/** Something that can happen, at any time and in any order. */
export type Happening =
  | { readonly is: 'input'; readonly input: Untimed }
  /** Time goes on; nobody notices until the next input. */
  | { readonly is: 'wait'; readonly units: number }
  /** Redis is emptied, or the process with everything in its memory is another one. */
  | { readonly is: 'lose the store' };
type Untimed<I extends Input = Input> = I extends Input
  ? Omit<I, 'at'> & { readonly withTicket?: boolean }
  : never;

/** Somebody's right to a seat, derived from nothing but what was said and told. */
export interface Place {
  readonly holder: HolderId;
  /** Null: dropped. */
  readonly connection: ConnectionId | null;
  /** End of the lease, or of the grace period. */
  readonly until: Time;
  readonly claim: Time;
  /** How this connection was told that the other is. */
  readonly peer: PeerPresence | null;
  /** Whether this connection was told that the call is locked. */
  readonly locked: boolean;
}
export type Places = readonly [Place | null, Place | null];

/** A call in its world: the state as the machine has it, and what everybody was told. */
export interface World {
  readonly now: Time;
  readonly call: Call | null;
  readonly places: Places;
  readonly tickets: Readonly<Record<HolderId, TicketClaim | undefined>>;
  /** Highest epoch told for each seat since the store has this call. */
  readonly epochs: readonly [number, number];
  /** The two this call is bound to, with what their seats are worth; null: open. */
  readonly lock: readonly [Owner, Owner] | null;
  /** Who was blocked. */
  readonly barred: readonly HolderId[];
}

export const START: World = {
  now: 1_000,
  call: null,
  places: [null, null],
  tickets: {},
  epochs: [0, 0],
  lock: null,
  barred: [],
};

/** One input and what became of it. */
export interface Transition {
  readonly before: World;
  readonly input: Input;
  /** The call the input met. */
  readonly met: Call;
  readonly call: Call;
  readonly effects: readonly Effect[];
  readonly machine: Machine;
}

export type Entered = Extract<Message, { type: 'entered' }>;

export const messagesTo = (effects: readonly Effect[], connection: ConnectionId): Message[] =>
  effects.flatMap((effect) =>
    effect.type === 'tell' && effect.connection === connection ? [effect.message] : [],
  );

/** Puts the input together: with its time, and the latest ticket of whoever it is. */
export function inputOf(world: World, { withTicket, ...rest }: Untimed): Input {
  if (rest.type !== 'enter') return { ...rest, at: world.now };
  const ticket = withTicket ? world.tickets[rest.holder] : undefined;
  const { connection, holder } = rest;
  return { type: 'enter', at: world.now, connection, holder, ...(ticket ? { ticket } : {}) };
}

/** Lets a machine take an input. */
export function take(machine: Machine, before: World, input: Input): Transition {
  const met = before.call ?? newCall(before.now);
  const { call, effects } = machine.step(met, input, TIMES);
  return { before, input, met, call, effects, machine };
}

const withPlace = (places: Places, seat: SeatNumber, place: Place | null): Places =>
  seat === 0 ? [place, places[1]] : [places[0], place];

const lasting = (place: Place, until: Time): Place => (place.until >= until ? place : { ...place, until });

/** Rights as they are when `input` is looked at: whoever speaks or is heard is alive, and then time counts. */
export function placesAt(places: Places, input: Input): Places {
  const { at } = input;
  const speaker = 'connection' in input ? input.connection : null;
  const heard =
    input.type === 'alive' && input.peerAlive && places.some((place) => place?.connection === speaker);
  const [first, second] = places.map((place): Place | null => {
    if (!place) return null;
    const isSpeaker = place.connection !== null && place.connection === speaker;
    const speaks = input.type !== 'enter' && input.type !== 'lost';
    if (isSpeaker && speaks) return lasting(place, at + TIMES.leaseMs);
    const silent = place.connection !== null && place.until <= at;
    const now = silent
      ? { ...place, connection: null, peer: null, locked: false, until: place.until + TIMES.graceMs }
      : place;
    if (now.connection !== null) return now;
    const kept = heard ? lasting(now, at + TIMES.graceMs) : now;
    return kept.until <= at ? null : kept;
  });
  return [first ?? null, second ?? null];
}

/** Who was blocked and still sits there, and has to go because somebody else comes; null: nobody. */
export function sentAway({ places, barred }: World, input: Input): Place | null {
  if (barred.length === 0 || input.type !== 'enter' || barred.includes(input.holder)) return null;
  return placesAt(places, input).find((place) => place && barred.includes(place.holder)) ?? null;
}

/** Rights as `input` meets them, when who has to go is gone. */
export function rightsAt(before: World, input: Input): Places {
  const places = placesAt(before.places, input);
  const away = sentAway(before, input);
  if (!away) return places;
  return [
    places[0]?.holder === away.holder ? null : places[0],
    places[1]?.holder === away.holder ? null : places[1],
  ];
}

/** What of lock and block is so once `input` was heard, before anybody is told anything. */
function bindings(before: World, input: Input, rights: Places): Pick<World, 'lock' | 'barred'> {
  const { lock, barred } = before;
  if (input.type !== 'lock' && input.type !== 'block') return { lock, barred };
  const [first, second] = rights;
  const own = rights.find((place) => place?.connection === input.connection);
  if (!own) return { lock, barred };
  if (input.type === 'lock') {
    if (!input.on) return { lock: null, barred };
    return { lock: lock ?? (first && second ? [ownerOf(first), ownerOf(second)] : null), barred };
  }
  const other = own === first ? second : first;
  return other ? { lock: null, barred: [...barred, other.holder] } : { lock, barred };
}

const ownerOf = ({ holder, claim }: Owner): Owner => ({ holder, claim });

/** Is this ticket from before the store lost the call, and not too long after that? */
export const outranks = (call: Call, ticket: TicketClaim | undefined, at: Time): ticket is TicketClaim =>
  ticket !== undefined && ticket.born !== call.born && at - call.born < OUTRANKED_UNTIL;

/** What a seat is worth that is entered with this: nothing, little (a ticket for the other seat), or the ticket's time. */
export function claimOf({ met, input }: Pick<Transition, 'met' | 'input'>, seat: SeatNumber): Time {
  if (input.type !== 'enter' || !outranks(met, input.ticket, input.at)) return 0;
  return input.ticket.seat === seat ? input.ticket.issuedAt : 1;
}

/** What everybody knows after a transition, from what was said and told alone. */
export function worldAfter(transition: Transition): World {
  const { before, input, call, effects } = transition;
  let places = rightsAt(before, input);
  let { tickets, epochs } = before;
  const { barred, ...bound } = bindings(before, input, places);
  let { lock } = bound;
  const { at } = input;
  const goes = input.type === 'lost' || input.type === 'leave' || input.type === 'block';
  const gone = goes ? input.connection : null;
  places.forEach((place, seat) => {
    if (!place || gone === null || place.connection !== gone) return;
    const dropped = { ...place, connection: null, peer: null, locked: false, until: at + TIMES.graceMs };
    places = withPlace(places, seat === 0 ? 0 : 1, input.type === 'lost' ? dropped : null);
  });
  for (const effect of effects) {
    if (effect.type !== 'tell') continue;
    const { connection, message } = effect;
    if (message.type === 'entered') {
      const { seat, epoch, born, peer } = message;
      const holder = HOLDER_OF[connection] ?? '';
      const own = places[seat];
      const before = own ?? lock?.[seat];
      const claim = Math.max(before?.holder === holder ? before.claim : 0, claimOf(transition, seat));
      const until = at + TIMES.leaseMs;
      const locked = message.locked === true;
      places = withPlace(places, seat, { holder, connection, until, claim, peer: peer.state, locked });
      if (lock?.[seat].holder !== holder) lock = null;
      tickets = { ...tickets, [holder]: { seat, epoch, born, issuedAt: message.at } };
      epochs = seat === 0 ? [Math.max(epochs[0], epoch), epochs[1]] : [epochs[0], Math.max(epochs[1], epoch)];
    } else if (message.type === 'peer' || message.type === 'locked') {
      const seat = places[0]?.connection === connection ? 0 : 1;
      const place = places[seat];
      if (place?.connection === connection)
        places = withPlace(places, seat, { ...place, ...newsOf(message) });
    }
  }
  return { now: before.now, call, places, tickets, epochs, lock, barred };
}

/** What somebody who is in knows from this. */
function newsOf(message: Extract<Message, { type: 'peer' | 'locked' }>): Partial<Place> {
  if (message.type === 'locked') return { locked: message.on };
  return { peer: message.state === 'left' ? 'absent' : message.state };
}

/** What happens without the machine. */
export function pass(world: World, happening: Exclude<Happening, { is: 'input' }>): World {
  return happening.is === 'wait'
    ? { ...world, now: world.now + happening.units }
    : { ...START, tickets: world.tickets, now: world.now + 1 };
}

/** Times so long ago that it no longer matters how long. */
const LONG_AGO = -9;
/** Differences of epochs beyond this are all the same. */
const FAR = 3;

/**
 * Everything that matters for the future, in as few words as possible: worlds with the same key are the same. Times count
 * from now, claims by their order, epochs by how far they are apart; which of their connections somebody used does not
 * count, for no state knows two of the same person.
 */
export function keyOf({ now, call, places, tickets, epochs, lock, barred }: World): string {
  const [first, second] = call?.seats ?? [null, null];
  const order = HOLDERS.map((holder) => tickets[holder]?.issuedAt ?? 0);
  for (const seat of [first, second]) order.push(seat && seat.is !== 'empty' ? seat.claim : 0);
  for (const place of places) order.push(place?.claim ?? 0);
  if (lock) order.push(lock[0].claim, lock[1].claim);
  const sorted = [...new Set(order)].sort((a, b) => a - b);
  const age = (time: Time): number => Math.max(time - now, LONG_AGO);
  let key = call
    ? `${call.met ? 'met' : 'not'} ${now - call.born < OUTRANKED_UNTIL ? 'young' : 'old'}`
    : 'lost';
  [first, second].forEach((seat, number) => {
    if (!seat) return;
    key += `|${Math.min(FAR, (epochs[number] ?? 0) - seat.epoch)}`;
    if (seat.is === 'empty') return;
    key += ` ${seat.holder} ${seat.is} ${age((seat.is === 'present' ? seat.leaseUntil : seat.until) ?? 0)}`;
    key += ` ${sorted.indexOf(seat.claim)}`;
  });
  for (const place of places) {
    if (!place) key += '|';
    else key += `|${place.holder} ${place.peer ?? 'gone'} ${age(place.until)} ${sorted.indexOf(place.claim)}`;
    if (place?.locked) key += ' locked';
  }
  if (lock) for (const { holder, claim } of lock) key += `|bound ${holder} ${sorted.indexOf(claim)}`;
  if (barred.length > 0) key += `|barred ${[...barred].sort().join()}`;
  for (const holder of HOLDERS) {
    const ticket = tickets[holder];
    if (!ticket) key += '|';
    else {
      const ahead = ticket.epoch - (call?.seats[ticket.seat].epoch ?? 0);
      const epoch = Math.min(FAR, Math.max(-FAR, ahead));
      key += `|${ticket.seat} ${ticket.born === call?.born ? 'now' : 'then'} ${sorted.indexOf(ticket.issuedAt)} ${epoch}`;
    }
  }
  return key;
}

const onEach = (inputsOf: (connection: ConnectionId, holder: HolderId) => Untimed[]): Happening[] =>
  CONNECTIONS.flatMap((connection) =>
    inputsOf(connection, HOLDER_OF[connection] ?? '').map((input): Happening => ({ is: 'input', input })),
  );

/** All that can happen to an open call, whether or not it makes sense: what is late, repeated or out of order is just this. */
export const HAPPENINGS: readonly Happening[] = [
  ...onEach((connection, holder) => [
    { type: 'enter', connection, holder, withTicket: false },
    { type: 'enter', connection, holder, withTicket: true },
    { type: 'alive', connection, peerAlive: false },
    { type: 'alive', connection, peerAlive: true },
    { type: 'lost', connection },
    { type: 'leave', connection },
  ]),
  { is: 'input', input: { type: 'tick' } },
  { is: 'wait', units: 1 },
  { is: 'wait', units: OUTRANKED_UNTIL },
  { is: 'lose the store' },
];

/** The same, and all that people can do to a call besides. */
export const HAPPENINGS_WITH_LOCKS: readonly Happening[] = [
  ...HAPPENINGS,
  ...onEach((connection) => [
    { type: 'lock', connection, on: true },
    { type: 'lock', connection, on: false },
    { type: 'block', connection },
  ]),
];
