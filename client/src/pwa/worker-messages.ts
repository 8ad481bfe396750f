// What pages and the service worker say to each other. Either may be of another version than the other. Nothing of the
// protocol is used here: the bundler would part it from the call's own files.

const fieldsOf = (data: unknown): Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null ? { ...data } : {};

/** To a worker that waits: be the one from now on. */
export const TAKE_OVER = { type: 'take-over' } as const;

export const asksToTakeOver = (data: unknown): boolean => fieldsOf(data)['type'] === TAKE_OVER.type;

/** Its answer: false, a call is open somewhere, and its page may still need what it came with. */
export const isTakenOver = (answer: unknown): boolean => answer === true;
