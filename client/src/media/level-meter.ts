/** dB below full scale at which the meter shows nothing: the noise of a quiet room. */
const FLOOR_DB = -60;
/** dB at which it is full: loud speech. */
const FULL_DB = -10;
/** Samples looked at: about 21 ms at 48 kHz. */
const WINDOW = 1024;

/** Loudness of samples (−1…1) as people hear it, 0…1. */
export function levelOf(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  const decibels = 10 * Math.log10(power);
  return Math.min(1, Math.max(0, (decibels - FLOOR_DB) / (FULL_DB - FLOOR_DB)));
}

interface Tap {
  readonly track: MediaStreamTrack;
  readonly source: MediaStreamAudioSourceNode;
  readonly analyser: AnalyserNode;
}

/**
 * How loud the own microphone is. Costs nothing until somebody looks, and never leads to the speakers: one's own voice
 * must not come back.
 */
export class LevelMeter {
  readonly #makeContext: () => AudioContext;
  readonly #samples = new Float32Array(WINDOW);
  #context: AudioContext | null = null;
  #tap: Tap | null = null;

  /** @param makeContext Tests put a fake here. */
  constructor(makeContext: () => AudioContext = () => new AudioContext()) {
    this.#makeContext = makeContext;
  }

  /** The microphone's loudness now, 0…1; null or a muted track: 0. */
  level(track: MediaStreamTrack | null): number {
    if (track?.readyState !== 'live') {
      this.#untap();
      return 0;
    }
    const { analyser } = this.#tap?.track === track ? this.#tap : this.#tapInto(track);
    analyser.getFloatTimeDomainData(this.#samples);
    return levelOf(this.#samples);
  }

  close(): void {
    this.#untap();
    // A context that cannot be closed any more is closed.
    this.#context?.close().catch(() => undefined);
    this.#context = null;
  }

  #tapInto(track: MediaStreamTrack): Tap {
    this.#untap();
    const context = (this.#context ??= this.#makeContext());
    // Made before the first click, a context sleeps; it starts with the next look after one.
    if (context.state === 'suspended') context.resume().catch(() => undefined);
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = WINDOW;
    source.connect(analyser);
    this.#tap = { track, source, analyser };
    return this.#tap;
  }

  #untap(): void {
    this.#tap?.source.disconnect();
    this.#tap = null;
  }
}
