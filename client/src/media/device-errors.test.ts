import { describe, expect, it } from 'vitest';
import { isDismissed, problemOf } from './device-errors';

describe('why a device cannot be used', () => {
  it.each([
    ['Chromium, Firefox, Safari: refused', 'NotAllowedError', 'denied'],
    ['Chromium: refused by the system', 'NotAllowedError', 'denied'],
    ['Firefox, Safari: not in this document', 'SecurityError', 'denied'],
    ['old Chromium: refused', 'PermissionDeniedError', 'denied'],
    ['all: no such device', 'NotFoundError', 'missing'],
    ['all: the chosen device is gone', 'OverconstrainedError', 'missing'],
    ['old Chromium: no such device', 'DevicesNotFoundError', 'missing'],
    ['Chromium on Windows, Firefox: held by another program', 'NotReadableError', 'in-use'],
    ['Firefox: starting failed; Chromium: timeout', 'AbortError', 'in-use'],
    ['old Chromium: held by another program', 'TrackStartError', 'in-use'],
    ['Safari: page not active', 'InvalidStateError', 'failed'],
    ['something new', 'SurprisingError', 'failed'],
  ] as const)('%s', (_, name, problem) => {
    expect(problemOf(new DOMException('', name))).toBe(problem);
  });

  it('never fails itself, whatever was thrown', () => {
    for (const thrown of [undefined, null, 'text', 7, {}, { name: 7 }, new TypeError('x')]) {
      expect(problemOf(thrown)).toBe('failed');
    }
  });

  it('a question closed unanswered is told from a no', () => {
    expect(isDismissed(new DOMException('Permission dismissed', 'NotAllowedError'))).toBe(true);
    expect(isDismissed(new DOMException('Permission denied', 'NotAllowedError'))).toBe(false);
    expect(isDismissed(new DOMException('dismissed', 'NotFoundError'))).toBe(false);
  });
});
