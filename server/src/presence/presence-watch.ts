export type StoreCommand = 'load' | 'swap' | 'publish' | 'subscribe' | 'unsubscribe' | 'ping';

/** Told what an operator counts; what becomes of it is not presence's business. Never waits, never throws. */
export interface PresenceWatch {
  /** Two changes of one call met, and one has to begin anew; or it has done so too often. */
  conflict(outcome: 'retried' | 'given-up'): void;
  failed(command: StoreCommand): void;
  /** What this process published came back to it after so many seconds: the way it goes to any other one. */
  cameBack(seconds: number): void;
}
