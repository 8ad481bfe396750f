// What pages and the service worker say to each other. Either may be of another version than the other. Nothing of the
// protocol is used here: the bundler would part it from the call's own files.

const fieldsOf = (data: unknown): Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null ? { ...data } : {};

/** To a worker that waits: be the one from now on. */
export const TAKE_OVER = { type: 'take-over' } as const;

export const asksToTakeOver = (data: unknown): boolean => fieldsOf(data)['type'] === TAKE_OVER.type;

/** Its answer: false, a call is open somewhere, and its page may still need what it came with. */
export const isTakenOver = (answer: unknown): boolean => answer === true;

/** To the worker that is in use: what it keeps may have been erased under it; then it is to fetch that again. */
export const FILL_UP = { type: 'fill-up' } as const;

export const asksToFillUp = (data: unknown): boolean => fieldsOf(data)['type'] === FILL_UP.type;

/** To windows: somebody rings, or it is over. The page asks for the rest itself. */
export interface RingingMessage {
  readonly type: 'ringing' | 'rung-over';
  readonly ringId: string;
}

/** To the worker, from the page it opened: what came of the answer to this ring? */
export interface AnsweredQuestion {
  readonly type: 'answered?';
  readonly ringId: string;
}

/** `unknown`: this worker was not asked to answer it. */
export type AnsweredReply =
  | { readonly is: 'answered'; readonly callId: string; readonly key: string }
  | { readonly is: 'over' | 'failed' | 'unknown' };

export function readAnsweredQuestion(data: unknown): string | null {
  const { type, ringId } = fieldsOf(data);
  return type === 'answered?' && typeof ringId === 'string' ? ringId : null;
}

export function readAnsweredReply(data: unknown): AnsweredReply {
  const { is, callId, key } = fieldsOf(data);
  if (is === 'answered' && typeof callId === 'string' && typeof key === 'string') return { is, callId, key };
  return { is: is === 'over' || is === 'failed' ? is : 'unknown' };
}
