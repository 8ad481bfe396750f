import { expect, it, vi } from 'vitest';
import { answerAhead } from './asked-ahead';
import { ChosenDevices } from './chosen-devices';
import { firstQuestion } from './constraints';
import { LocalMedia } from './local-media';
import { FakeDevices } from './testing/fake-devices';

it('what was asked ahead is not asked again, and answers once', async () => {
  const devices = new FakeDevices();
  const asked = firstQuestion(new ChosenDevices());
  const answer = devices.source.getUserMedia(asked);
  const ask = vi.spyOn(devices, 'getUserMedia');
  const media = new LocalMedia({
    source: devices.source,
    secure: true,
    ahead: answerAhead({ asked, answer }),
  });
  await media.start(['camera', 'microphone']);
  expect([media.camera.is, media.microphone.is]).toEqual(['on', 'on']);
  expect(ask).not.toHaveBeenCalled();
  media.turnOff('camera');
  await media.turnOn('camera');
  expect(ask).toHaveBeenCalledOnce();
  media.close();
  expect(devices.tracks.map((track) => track.readyState)).not.toContain('live');
});

it('another question than the one asked ahead is asked by itself', async () => {
  const devices = new FakeDevices();
  const asked = firstQuestion(new ChosenDevices());
  const answer = devices.source.getUserMedia(asked);
  const ahead = answerAhead({ asked, answer });
  const { audio } = asked;
  expect(ahead(audio === undefined ? {} : { audio })).toBeNull();
  expect(await ahead(asked)).toBe(await answer);
  expect(ahead(asked)).toBeNull();
});
