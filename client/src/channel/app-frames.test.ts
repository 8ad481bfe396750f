import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeAppFrame, encodeAppFrame, type AppFrame } from './app-frames';

it('What is said over the data channel arrives as it was meant', () => {
  const frames: AppFrame[] = [{ type: 'bye' }, { type: 'media', camera: true, microphone: false }];
  for (const frame of frames) expect(decodeAppFrame(encodeAppFrame(frame))).toEqual(frame);
});

it('What is not a frame is ignored, whatever it is', () => {
  for (const text of [
    '',
    'bye',
    '{}',
    '{"type":"media"}',
    '{"type":"media","camera":1,"microphone":true}',
    'null',
  ]) {
    expect(decodeAppFrame(text), text).toBeNull();
  }
  fc.assert(fc.property(fc.string(), (text) => void decodeAppFrame(text)));
});
