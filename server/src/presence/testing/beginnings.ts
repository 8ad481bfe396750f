import { HOLDER_OF, type Happening } from './world.js';

const enters = (connection: string): Happening => ({
  is: 'input',
  input: { type: 'enter', connection, holder: HOLDER_OF[connection] ?? '', withTicket: false },
});
const WAIT: Happening = { is: 'wait', units: 1 };

/** Two met, one hung up, a third took the free seat; then the store lost it all, and three people have tickets for two seats. */
export const THREE_TICKETS: readonly Happening[] = [
  enters('b1'),
  WAIT,
  enters('a1'),
  { is: 'input', input: { type: 'leave', connection: 'a1' } },
  WAIT,
  enters('c1'),
  { is: 'lose the store' },
];
