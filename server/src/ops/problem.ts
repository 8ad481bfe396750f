import type { Response } from 'express';

/** An answer that says no (RFC 9457). `type` is stable and for programs, `detail` for people. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

/** A no with all that the answer needs; thrown by what handles a request. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(
    readonly problem: Problem,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(problem.detail);
  }
}

const problem = (status: number, type: string, title: string, detail: string): Problem => ({
  type: `urn:o-to-o:problem:${type}`,
  title,
  status,
  detail,
});

/** Seconds after which it makes sense to ask again when something this server needs is away. */
const RETRY_AWAY_S = 2;

export const unknownCall = () =>
  new ProblemError(
    problem(
      404,
      'unknown-call',
      'Unknown call',
      'There is no such call. Check the link, or start a new call.',
    ),
  );

export const tooManyRequests = (retryAfterS: number) =>
  new ProblemError(
    problem(
      429,
      'too-many-requests',
      'Too many requests',
      `Too many requests came from your network. Try again in ${retryAfterS} s.`,
    ),
    { 'retry-after': String(retryAfterS) },
  );

/** @param detail which field is wrong and what it should be; never what was sent. */
export const unusable = (detail: string) =>
  new ProblemError(problem(400, 'bad-request', 'Bad request', detail));

export const unknownDevice = () =>
  new ProblemError(
    problem(
      401,
      'unknown-device',
      'Unknown device',
      'This device is not known here any more. Make it reachable again in the settings.',
    ),
    { 'www-authenticate': 'Bearer' },
  );

export const unknownLink = () =>
  new ProblemError(
    problem(404, 'unknown-link', 'Unknown link', 'This link rings nobody. Ask for a new one.'),
  );

export const unknownRing = () =>
  new ProblemError(problem(404, 'unknown-ring', 'Unknown ring', 'There is no such ring.'));

export const tooManyLinks = (most: number) =>
  new ProblemError(
    problem(
      409,
      'too-many-links',
      'Too many links',
      `A device has at most ${most} ring links. Take back one you do not need.`,
    ),
  );

export const notAccepting = () =>
  new ProblemError(
    problem(409, 'not-accepting', 'Not accepting', 'This link takes no calls just now. Try again later.'),
  );

export const lineFull = () =>
  new ProblemError(
    problem(409, 'line-full', 'Line full', 'Too many people wait in this line. Try again later.'),
  );

export const callRang = () =>
  new ProblemError(
    problem(409, 'call-rang', 'Call rang already', 'This call has rung somebody already. Make a new one.'),
  );

export const ringOver = () => new ProblemError(problem(409, 'ring-over', 'Ring over', 'This ring is over.'));

export const ringWaits = () =>
  new ProblemError(
    problem(
      409,
      'ring-waits',
      'Ring waits in a line',
      'This caller waits in your line: it is their turn when you take the next. Nobody is taken out of turn.',
    ),
  );

export const ringGoing = () =>
  new ProblemError(
    problem(409, 'ring-going', 'Still ringing', 'This ring still goes on. Answer or decline it first.'),
  );

export const foreignPage = () =>
  new ProblemError(
    problem(403, 'foreign-page', 'Foreign page', 'Only pages of this server may do this from a browser.'),
  );

export const unavailable = () =>
  new ProblemError(
    problem(
      503,
      'unavailable',
      'Not available',
      'The server cannot look this up just now. Try again in a moment.',
    ),
    { 'retry-after': String(RETRY_AWAY_S) },
  );

export const methodNotAllowed = (allowed: readonly string[]) =>
  new ProblemError(
    problem(405, 'method-not-allowed', 'Method not allowed', `This address answers ${allowed.join(', ')}.`),
    { allow: allowed.join(', ') },
  );

/** What goes wrong before a request reaches anything of ours. */
const GENERAL: Readonly<Record<number, Problem>> = {
  400: problem(400, 'bad-request', 'Bad request', 'The request cannot be read. See /api/docs.'),
  404: problem(404, 'not-found', 'Not found', 'There is nothing at this address. See /api/docs.'),
  413: problem(413, 'too-large', 'Too large', 'The request is too large.'),
  415: problem(415, 'unsupported-media-type', 'Unsupported media type', 'Send JSON in UTF-8.'),
};

const FAILED = problem(500, 'failed', 'Failed', 'Something went wrong on the server. Try again.');

/** The problem for a status some library chose. */
export const generalProblem = (status: number): Problem =>
  GENERAL[status] ??
  (status >= 400 && status < 500
    ? { ...problem(400, 'bad-request', 'Bad request', 'The request cannot be used. See /api/docs.'), status }
    : FAILED);

export function sendProblem(
  response: Response,
  { problem, headers }: Pick<ProblemError, 'problem' | 'headers'>,
): void {
  response.status(problem.status).set(headers).type('application/problem+json').send(JSON.stringify(problem));
}
