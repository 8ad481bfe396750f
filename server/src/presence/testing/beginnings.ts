import { HOLDER_OF, type Happening } from './world.js';

const enters = (connection: string): Happening => ({
  is: 'input',
  input: { type: 'enter', connection, holder: HOLDER_OF[connection] ?? '', withTicket: false },
});
const says = (connection: string, type: 'leave' | 'block'): Happening => ({
  is: 'input',
  input: { type, connection },
});
const locks = (connection: string): Happening => ({
  is: 'input',
  input: { type: 'lock', connection, on: true },
});
const WAIT: Happening = { is: 'wait', units: 1 };
const LOSS: Happening = { is: 'lose the store' };

/** Two met, one hung up, a third took the free seat; then the store lost it all, and three people have tickets for two seats. */
export const THREE_TICKETS: readonly Happening[] = [
  enters('b1'),
  WAIT,
  enters('a1'),
  says('a1', 'leave'),
  WAIT,
  enters('c1'),
  LOSS,
];

export const TWO: readonly Happening[] = [enters('a1'), enters('b1')];

/** The call is bound to the two who are in. */
export const LOCKED: readonly Happening[] = [...TWO, locks('b1')];

/** One blocked the other, who still sits there. */
export const BLOCKED: readonly Happening[] = [...TWO, says('b1', 'block')];

/** After the store lost a call, one of its two locked it with a stranger; the other of the two has a ticket. */
export const LOCKED_BY_A_STRANGER: readonly Happening[] = [
  enters('b1'),
  enters('a1'),
  LOSS,
  enters('c1'),
  enters('a1'),
  locks('c1'),
];
