import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeAppFrame, encodeAppFrame, type AppFrame } from './app-frames';

const NONCE = 'AAECAwQFBgcICQoLDA0ODw';
const COMMITMENT = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';

it('What is said over the data channel arrives as it was meant', () => {
  const frames: AppFrame[] = [
    { type: 'bye' },
    { type: 'media', camera: true, microphone: false },
    { type: 'safety-commit', commitment: COMMITMENT },
    { type: 'safety-nonce', nonce: NONCE },
  ];
  for (const frame of frames) expect(decodeAppFrame(encodeAppFrame(frame))).toEqual(frame);
});

it('What is not a frame is ignored, whatever it is', () => {
  for (const text of [
    '',
    'bye',
    '{}',
    '{"type":"media"}',
    '{"type":"media","camera":1,"microphone":true}',
    '{"type":"constructor"}',
    '{"type":"safety-commit"}',
    `{"type":"safety-commit","nonce":"${NONCE}"}`,
    `{"type":"safety-commit","commitment":"${NONCE}"}`,
    `{"type":"safety-commit","commitment":"${COMMITMENT}="}`,
    `{"type":"safety-commit","commitment":"${COMMITMENT.slice(1)}+"}`,
    `{"type":"safety-commit","commitment":["${COMMITMENT}"]}`,
    '{"type":"safety-nonce","nonce":7}',
    `{"type":"safety-nonce","nonce":"${COMMITMENT}"}`,
    `{"type":"safety-nonce","nonce":"${NONCE}\\n"}`,
    'null',
  ]) {
    expect(decodeAppFrame(text), text).toBeNull();
  }
  fc.assert(fc.property(fc.string(), (text) => void decodeAppFrame(text)));
});

it('Whatever else a frame carries stays behind', () => {
  const text = `{"type":"safety-nonce","nonce":"${NONCE}","commitment":"${COMMITMENT}","more":[1]}`;
  expect(decodeAppFrame(text)).toEqual({ type: 'safety-nonce', nonce: NONCE });
});
