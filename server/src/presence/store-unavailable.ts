/** The store of presence cannot be reached now. Calls that run go on; new ones have to wait. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';

  constructor(cause: unknown) {
    super('presence cannot reach its store', { cause });
  }
}
