import type { DeviceProblem } from './device-problem';

/**
 * Names of what getUserMedia rejects with. Chromium, Firefox and Safari mostly agree with the standard; the others are of
 * older versions still met in browsers inside apps.
 */
const PROBLEMS: Readonly<Record<string, DeviceProblem>> = {
  NotAllowedError: 'denied',
  PermissionDeniedError: 'denied',
  PermissionDismissedError: 'denied',
  // Firefox and Safari where the document may not use media at all.
  SecurityError: 'denied',
  NotFoundError: 'missing',
  DevicesNotFoundError: 'missing',
  // The device that was asked for by id is not there.
  OverconstrainedError: 'missing',
  ConstraintNotSatisfiedError: 'missing',
  NotReadableError: 'in-use',
  TrackStartError: 'in-use',
  // Firefox: "Starting videoinput failed"; Chromium: "Timeout starting video source".
  AbortError: 'in-use',
  NotSupportedError: 'unsupported',
};

const nameOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';

/** What getUserMedia rejected with → why the device cannot be used. */
export const problemOf = (error: unknown): DeviceProblem => PROBLEMS[nameOf(error)] ?? 'failed';

/** Did the person close the browser's question unanswered? Asking at once again would only pester them. */
export const isDismissed = (error: unknown): boolean =>
  nameOf(error) === 'PermissionDismissedError' ||
  (error instanceof Error && nameOf(error) === 'NotAllowedError' && /dismiss/i.test(error.message));
