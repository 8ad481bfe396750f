/** Nothing can be read or written now. Whoever keeps records tries again later; calls don't need it. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
  constructor(cause?: unknown) {
    super('the database cannot be reached now', { cause });
  }
}
