import { otherSeat } from '../protocol/index.js';
import { farewell, free, seatOf, tellSeat, andThen, type Message, type Step } from './call-changes.js';
import { SEATS } from './call-seating.js';
import { isBarred, MAX_BARRED, type Call, type ConnectionId, type Lock } from './call-state.js';

const same = (call: Call): Step => ({ call, effects: [] });

function setLock(call: Call, lock: Lock | null): Step {
  const message: Message = { type: 'locked', on: lock !== null };
  return {
    call: { ...call, lock },
    effects: [...tellSeat(call, 0, message), ...tellSeat(call, 1, message)],
  };
}

/** Either of the two binds the call to both of them, or opens it again. */
export function lock(call: Call, connection: ConnectionId, on: boolean): Step {
  if (seatOf(call, connection) === undefined || on === (call.lock !== null)) return same(call);
  if (!on) return setLock(call, null);
  const [first, second] = call.seats;
  if (first.is === 'empty' || second.is === 'empty') {
    return { call, effects: [{ type: 'tell', connection, message: { type: 'not-together' } }] };
  }
  return setLock(call, [
    { holder: first.holder, claim: first.claim },
    { holder: second.holder, claim: second.claim },
  ]);
}

/** Nobody has to be bound to a call any more from which one of the two is barred. */
const open = (call: Call): Step => (call.lock ? setLock(call, null) : same(call));

/**
 * Hangs up, and the one in the other seat may not enter any more. What they are told is what they would be told of somebody who
 * opens the lock and leaves.
 */
export function block(call: Call, connection: ConnectionId): Step {
  const number = seatOf(call, connection);
  if (number === undefined) return same(call);
  const other = call.seats[otherSeat(number)];
  if (other.is === 'empty') return free(call, number, 'left');
  const barred = [...call.barred, other.holder].slice(-MAX_BARRED);
  return andThen(open({ ...call, barred }), (opened) => free(opened, number, 'left'));
}

/** Who is barred and still sits here, alone, goes when somebody else comes. */
export function sendBarredAway(call: Call, by: ConnectionId): Step {
  const number = SEATS.find((one) => {
    const seat = call.seats[one];
    return seat.is !== 'empty' && isBarred(call, seat.holder);
  });
  if (number === undefined) return same(call);
  const effects = farewell(call.seats[number], by, true);
  return andThen({ call, effects }, (now) => free(now, number, 'absent'));
}
