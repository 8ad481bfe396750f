/** Longest a timer can wait (setTimeout takes 31 bits), ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Alarm {
  /** When it is meant to ring, by `performance.now()`. */
  dueAt: number;
  /** When its timer does; never later. */
  readonly timerAt: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * One alarm per call. Put off, it keeps its timer, which goes back to sleep when it rings too early: each sign of life puts one
 * off, and nearly none ever rings.
 */
export class Alarms {
  readonly #alarms = new Map<string, Alarm>();
  readonly #onAlarm: (callId: string) => void;

  constructor(onAlarm: (callId: string) => void) {
    this.#onAlarm = onAlarm;
  }

  /** In place of what was set for this call before. @param ms null: none. */
  set(callId: string, ms: number | null): void {
    const alarm = this.#alarms.get(callId);
    if (ms === null) {
      if (alarm) this.#remove(callId, alarm);
      return;
    }
    const dueAt = performance.now() + Math.min(ms + 1, MAX_TIMER_MS);
    if (alarm && alarm.timerAt <= dueAt) alarm.dueAt = dueAt;
    else {
      if (alarm) this.#remove(callId, alarm);
      this.#wind(callId, dueAt);
    }
  }

  clear(): void {
    for (const { timer } of this.#alarms.values()) clearTimeout(timer);
    this.#alarms.clear();
  }

  #remove(callId: string, { timer }: Alarm): void {
    clearTimeout(timer);
    this.#alarms.delete(callId);
  }

  #wind(callId: string, dueAt: number): void {
    const timer = setTimeout(
      () => {
        this.#ring(callId);
      },
      Math.ceil(dueAt - performance.now()),
    );
    this.#alarms.set(callId, { dueAt, timerAt: dueAt, timer: timer.unref() });
  }

  #ring(callId: string): void {
    const alarm = this.#alarms.get(callId);
    if (!alarm) return;
    this.#alarms.delete(callId);
    // Timers may ring a part of a ms early.
    if (alarm.dueAt - performance.now() >= 1) this.#wind(callId, alarm.dueAt);
    else this.#onAlarm(callId);
  }
}
