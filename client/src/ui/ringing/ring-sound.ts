import { onBeforeUnmount, watch, type Ref } from 'vue';
import { isAnyCallOpen } from '@/pwa/calls-open';

/** `ring`: until somebody decides. `tick`: once, for somebody who is talking. */
export type Sound = 'none' | 'ring' | 'tick';

/** ms from one ring to the next. */
const EVERY_MS = 3400;
/** Two calm notes, a fourth apart: Hz, s after the beginning. */
const NOTES = [
  { hertz: 440, after: 0 },
  { hertz: 587.33, after: 0.42 },
] as const;
/** s a note fades. */
const FADE_S = 1.1;
/** 0…1 */
const RING_VOLUME = 0.16;
const TICK_VOLUME = 0.035;
/** ms on, off, on. */
const BUZZ = [260, 160, 260];

function note(context: AudioContext, hertz: number, after: number, volume: number, fade: number): void {
  const at = context.currentTime + after;
  const tone = context.createOscillator();
  const loudness = context.createGain();
  tone.type = 'sine';
  tone.frequency.value = hertz;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(volume, at + 0.03);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + fade);
  tone.connect(loudness).connect(context.destination);
  tone.start(at);
  tone.stop(at + fade);
}

/** Shaking is motion, too. Browsers forbid it to pages that were never touched, and say so in their console. */
function buzz(): void {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (still || !('vibrate' in navigator)) return;
  if ('userActivation' in navigator && !navigator.userActivation.hasBeenActive) return;
  navigator.vibrate(BUZZ);
}

/** Rings until it is stopped. A page nobody has touched may make no sound: it rings from the first touch on. */
function ring(): () => void {
  const context = 'AudioContext' in globalThis ? new AudioContext() : null;
  const once = (): void => {
    buzz();
    if (context?.state !== 'running') {
      context?.resume().catch(() => undefined);
      return;
    }
    for (const { hertz, after } of NOTES) note(context, hertz, after, RING_VOLUME, FADE_S);
  };
  once();
  // The context needs a moment to begin; the first notes shall not wait for the second ring.
  if (context) context.onstatechange = () => context.state === 'running' && once();
  const timer = setInterval(once, EVERY_MS);
  return () => {
    clearInterval(timer);
    if (context) context.onstatechange = null;
    context?.close().catch(() => undefined);
    if ('vibrate' in navigator) navigator.vibrate(0);
  };
}

function tick(): () => void {
  const context = 'AudioContext' in globalThis ? new AudioContext() : null;
  if (context) note(context, 740, 0, TICK_VOLUME, 0.25);
  const timer = setTimeout(() => void context?.close().catch(() => undefined), 1000);
  return () => clearTimeout(timer);
}

/**
 * Of all tabs of this browser one rings aloud; if it goes, another does. None does while any of them has a call open:
 * whoever is talking is told there, softly.
 */
async function aloud(until: AbortSignal): Promise<void> {
  if (await isAnyCallOpen().catch(() => false)) return;
  const ringing = (): Promise<void> =>
    new Promise((done) => {
      if (until.aborted) {
        done();
        return;
      }
      const stop = ring();
      until.addEventListener('abort', () => {
        stop();
        done();
      });
    });
  if (!('locks' in navigator)) return ringing();
  // Aborted while it waits for its turn, the request is refused: that is as it should be.
  await navigator.locks.request('o-to-o/rings-aloud', { signal: until }, ringing).catch(() => undefined);
}

export function useRingSound(sound: Readonly<Ref<Sound>>): void {
  let stop = (): void => undefined;
  watch(
    sound,
    (now) => {
      stop();
      stop = () => undefined;
      if (now === 'tick') stop = tick();
      if (now !== 'ring') return;
      const over = new AbortController();
      stop = () => over.abort();
      void aloud(over.signal);
    },
    { immediate: true },
  );
  onBeforeUnmount(() => stop());
}
