import { QueryFailedError } from 'typeorm';

/** Five characters: PostgreSQL itself has answered (Appendix A of its manual). */
const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Classes of answers that say that it is going, or cannot: connections, resources, an operator, the system. */
const AWAY_CLASSES = ['08', '53', '57', '58'];

/** What pg, its pool and TypeORM say without a code when a connection is lost or none can be had. */
const LOST =
  /^Connection terminated|^timeout |^Query read timeout|connection (?:error|was closed)|not queryable/i;
const LOST_NAMES = ['QueryRunnerAlreadyReleasedError', 'ConnectionIsNotSetError'];

const codeOf = (error: Error): string | null =>
  'code' in error && typeof error.code === 'string' ? error.code : null;

/** Does this mean that the database cannot be reached now, and not that something was asked wrongly? */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const told = error instanceof QueryFailedError ? (error as QueryFailedError).driverError : error;
  const code = codeOf(told);
  if (code !== null && SQLSTATE.test(code)) return AWAY_CLASSES.includes(code.slice(0, 2));
  // The system's: ECONNREFUSED, ENOENT of a socket, EAI_AGAIN of a name nobody has heard of yet, …
  if (code !== null) return /^(?:E|EAI_)[A-Z]+$/.test(code);
  return LOST_NAMES.includes(error.name) || LOST.test(told.message);
}
