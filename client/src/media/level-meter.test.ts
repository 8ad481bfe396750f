import { describe, expect, it, vi } from 'vitest';
import { LevelMeter, levelOf } from './level-meter';
import { FakeTrack } from './testing/fake-devices';

const tone = (amplitude: number): Float32Array =>
  Float32Array.from({ length: 1024 }, (_, index) => amplitude * Math.sin(index / 5));

/** A context that hears a tone, and notes every connection made in it. */
function fakeContext(amplitude: number) {
  const connected: unknown[] = [];
  const analyser = {
    fftSize: 0,
    getFloatTimeDomainData: (samples: Float32Array) => samples.set(tone(amplitude)),
  };
  const source = { connect: (to: unknown) => connected.push(to), disconnect: vi.fn() };
  const context = {
    state: 'suspended',
    resume: vi.fn(() => Promise.resolve()),
    close: vi.fn(() => Promise.resolve()),
    createMediaStreamSource: vi.fn(() => source),
    createAnalyser: () => analyser,
  };
  return { context: context as unknown as AudioContext, calls: context, source, analyser, connected };
}

const microphone = (): MediaStreamTrack => new FakeTrack('audio', {}) as unknown as MediaStreamTrack;

describe('the level of the own microphone', () => {
  it('is nothing in silence, full when loud, and grows between', () => {
    expect(levelOf(new Float32Array(1024))).toBe(0);
    expect(levelOf(new Float32Array(0))).toBe(0);
    expect(levelOf(tone(1))).toBe(1);
    const levels = [0.001, 0.01, 0.05, 0.2, 0.4].map((amplitude) => levelOf(tone(amplitude)));
    expect(levels).toEqual(levels.toSorted((a, b) => a - b));
    expect(new Set(levels).size).toBe(5);
  });

  it('costs nothing until there is a microphone and somebody looks', () => {
    const make = vi.fn(() => fakeContext(0).context);
    const meter = new LevelMeter(make);
    expect(meter.level(null)).toBe(0);
    const stopped = microphone();
    stopped.stop();
    expect(meter.level(stopped)).toBe(0);
    meter.close();
    expect(make).not.toHaveBeenCalled();
  });

  it('never leads to the speakers', () => {
    const { context, analyser, connected } = fakeContext(0.2);
    new LevelMeter(() => context).level(microphone());
    expect(connected).toEqual([analyser]);
  });

  it('follows the microphone that is used, with one context', () => {
    const { context, calls, source } = fakeContext(0.2);
    const make = vi.fn(() => context);
    const meter = new LevelMeter(make);
    const first = microphone();
    expect(meter.level(first)).toBeGreaterThan(0.5);
    meter.level(first);
    expect(calls.createMediaStreamSource).toHaveBeenCalledOnce();
    meter.level(microphone());
    expect(calls.createMediaStreamSource).toHaveBeenCalledTimes(2);
    expect(source.disconnect).toHaveBeenCalledOnce();
    expect(make).toHaveBeenCalledOnce();
  });

  it('wakes a context that sleeps, and closes it at the end', () => {
    const { context, calls, source } = fakeContext(0.2);
    const meter = new LevelMeter(() => context);
    meter.level(microphone());
    expect(calls.resume).toHaveBeenCalledOnce();
    meter.close();
    expect(source.disconnect).toHaveBeenCalledOnce();
    expect(calls.close).toHaveBeenCalledOnce();
  });
});
