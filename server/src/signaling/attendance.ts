import type { DeviceCredentials, RingFrame } from '../protocol/index.js';

/** A socket, as far as an attending page needs one. */
export interface AttendingPage {
  readonly isOpen: boolean;
  send(frame: RingFrame): void;
  close(code: number, reason: string): void;
  /** There is no such device any more: says so, and closes. */
  refuseDevice(): void;
}

/** Where open pages of devices wait to be rung; what they are told is not signaling's business. */
export interface Attendance {
  /**
   * Tells the page who rings now, then `attended`, then what changes, until it has `left`. False: there is no such device.
   * Rejects when that cannot be known now.
   */
  attend(page: AttendingPage, credentials: DeviceCredentials): Promise<boolean>;
  left(page: AttendingPage): void;
}

/** Injection token of the one `Attendance`. */
export const ATTENDANCE = Symbol('Attendance');
