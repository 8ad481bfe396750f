/**
 * What is known at once, or will be. A store in this process answers at once: then nobody pays for a promise, and what follows
 * from one message is done before the next is read.
 */
export type Answer<T> = T | Promise<T>;

/** Goes on with the answer as soon as it is there. */
export const onceKnown = <T, R>(answer: Answer<T>, next: (value: T) => Answer<R>): Answer<R> =>
  answer instanceof Promise ? answer.then(next) : next(answer);
