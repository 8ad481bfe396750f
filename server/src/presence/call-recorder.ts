import type { CallEvent } from './call-machine.js';
import type { Time } from './call-state.js';

/** Told what happens in calls; who keeps it, and how, is not presence's business. Never waits, never throws. */
export interface CallRecorder {
  event(callId: string, event: CallEvent, at: Time): void;
}

export const CALL_RECORDER = Symbol('CallRecorder');
