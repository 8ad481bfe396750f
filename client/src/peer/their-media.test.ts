import { describe, expect, it } from 'vitest';
import {
  COMPARED_MS,
  DENIED_MS,
  shownOf,
  stepTheirMedia,
  unheard,
  UNPROVEN_MS,
  type TheirMedia,
} from './their-media';

/** Counts are taken so often (ms). */
const COUNT_MS = 1000;
const ON = { camera: true, microphone: true };
const OFF = { camera: false, microphone: false };

/** A page that listens to the other: what they say, what arrives, second by second. */
class Listener {
  at = 0;
  private theirs: TheirMedia = unheard;
  private readonly sum = {
    camera: { packets: 0, pieces: 0 },
    microphone: { packets: 0, pieces: 0 },
  };

  says(media: { camera: boolean; microphone: boolean }): this {
    this.theirs = stepTheirMedia(this.theirs, { type: 'said', at: this.at, media });
    return this;
  }

  /** Seconds pass in which this arrives. Padding is packets without any picture. */
  passes(seconds: number, arriving: { camera?: boolean | 'padding'; microphone?: boolean }): this {
    for (let second = 0; second < seconds; second += 1) {
      this.at += COUNT_MS;
      if (arriving.camera) this.sum.camera.packets += 60;
      if (arriving.camera === true) this.sum.camera.pieces += 30;
      if (arriving.microphone) this.sum.microphone.packets += 50;
      if (arriving.microphone) this.sum.microphone.pieces += 50;
      const arrived = structuredClone(this.sum);
      this.theirs = stepTheirMedia(this.theirs, { type: 'counted', at: this.at, arrived });
    }
    return this;
  }

  /** Nothing arrives, for it is the connection that is in trouble. */
  inTrouble(seconds: number): this {
    for (let second = 0; second < seconds; second += 1) {
      this.at += COUNT_MS;
      this.theirs = stepTheirMedia(this.theirs, { type: 'counted', at: this.at, arrived: null });
    }
    return this;
  }

  get shown() {
    return shownOf(this.theirs);
  }
}

const both = { camera: true, microphone: true };

describe('What the other person is shown to have on', () => {
  it('is what they say, as long as it is true', () => {
    const listener = new Listener().says(ON).passes(60, both);
    expect(listener.shown).toEqual(ON);
    expect(listener.says({ camera: false, microphone: true }).shown).toEqual({
      camera: false,
      microphone: true,
    });
    expect(listener.passes(60, { microphone: true }).shown).toEqual({ camera: false, microphone: true });
    expect(listener.says(ON).shown).toEqual(ON);
    expect(listener.passes(60, both).shown).toEqual(ON);
  });

  it('is off within four seconds when they say that it is on and nothing of it arrives', () => {
    expect(UNPROVEN_MS).toBeLessThanOrEqual(2500);
    const listener = new Listener().says(ON).passes(5, both).passes(4, { microphone: true });
    expect(listener.shown).toEqual({ camera: false, microphone: true });
    expect(listener.passes(60, { microphone: true }).shown.camera).toBe(false);
  });

  it('is off when nothing ever arrived, whatever they said from the beginning', () => {
    expect(new Listener().says(ON).passes(4, {}).shown).toEqual(OFF);
  });

  it('is on for as long as what was just switched on may take to arrive', () => {
    const listener = new Listener().says(OFF).passes(5, {}).says(ON);
    expect(listener.shown).toEqual(ON);
    expect(listener.passes(2, {}).shown).toEqual(ON);
    expect(listener.passes(10, both).shown).toEqual(ON);
  });

  it('is not on because they say it again and again', () => {
    const listener = new Listener().says(ON).passes(5, both);
    for (let second = 0; second < 4; second += 1) listener.passes(1, {}).says(OFF).says(ON);
    expect(listener.shown).toEqual(OFF);
    expect(listener.says(OFF).passes(9, {}).says(ON).shown).toEqual(OFF);
    expect(listener.passes(1, both).shown).toEqual(ON);
  });

  it('is on, with the first that arrives, also when it was thought to be off', () => {
    const listener = new Listener().says(ON).passes(5, {});
    expect(listener.shown).toEqual(OFF);
    expect(listener.passes(1, { microphone: true }).shown).toEqual({ camera: false, microphone: true });
  });

  it('is on when they say that it is off, but it goes on arriving', () => {
    const listener = new Listener().says(ON).passes(5, both).says(OFF);
    expect(listener.shown).toEqual(OFF);
    listener.passes(DENIED_MS / COUNT_MS + 1, { camera: true });
    expect(listener.shown).toEqual({ camera: true, microphone: false });
    // Saying it again does not make it true.
    expect(listener.says(OFF).shown.camera).toBe(true);
    expect(listener.passes(30, { camera: true }).shown.camera).toBe(true);
    expect(listener.passes(1, {}).shown).toEqual(OFF);
  });

  it('stays off while only what was under way still arrives', () => {
    const listener = new Listener().says(ON).passes(5, both).says(OFF).passes(2, both);
    expect(listener.shown).toEqual(OFF);
    expect(listener.passes(10, {}).shown).toEqual(OFF);
  });

  it('stays off while packets without any picture arrive: browsers try their way with them', () => {
    expect(new Listener().says(OFF).passes(30, { camera: 'padding' }).shown).toEqual(OFF);
  });

  it('stays on while packets arrive of which no picture can be made: that is a bad network', () => {
    expect(new Listener().says(ON).passes(30, { ...both, camera: 'padding' }).shown).toEqual(ON);
  });

  it('stays as it was while the connection is in trouble, and has its time anew afterwards', () => {
    const listener = new Listener().says({ camera: true, microphone: false }).passes(5, { camera: true });
    listener.passes(2, {});
    expect(listener.inTrouble(60).shown).toEqual({ camera: true, microphone: false });
    expect(listener.passes(3, {}).shown).toEqual({ camera: true, microphone: false });
    expect(listener.passes(10, { camera: true }).shown).toEqual({ camera: true, microphone: false });
  });

  it('is not judged by counts far apart, as of a computer that slept', () => {
    const listener = new Listener().says(ON).passes(5, both);
    listener.at += 60 * COMPARED_MS;
    expect(listener.passes(2, {}).shown).toEqual(ON);
  });

  it('is not judged by the counts of another connection, which begin anew', () => {
    const listener = new Listener().says(ON).passes(100, both);
    const young = new Listener();
    Object.assign(listener, { sum: Reflect.get(young, 'sum') as unknown });
    expect(listener.passes(10, both).shown).toEqual(ON);
    Object.assign(listener, { sum: Reflect.get(new Listener(), 'sum') as unknown });
    listener.says(OFF);
    expect(listener.passes(10, {}).shown).toEqual(OFF);
  });
});
