import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PictureSending } from './sending';
import { FakeTransceiver } from './testing/fake-rtc';

const camera = { kind: 'video' } as MediaStreamTrack;

let transceiver: FakeTransceiver;
let sending: PictureSending;
/** All changes are carried out. */
const settled = () => new Promise((done) => setTimeout(done, 5));

beforeEach(() => {
  transceiver = new FakeTransceiver('video', 'sendrecv');
  sending = new PictureSending(transceiver.sender as unknown as RTCRtpSender);
});

describe('The own picture', () => {
  it('is not encoded while there is none, and is again as soon as there is', async () => {
    sending.follow(null);
    await settled();
    expect(transceiver.switched).toEqual([false]);
    sending.follow(camera);
    await settled();
    expect(transceiver.switched).toEqual([false, true]);
  });

  it('is not switched for nothing', async () => {
    sending.follow(camera);
    sending.follow(camera);
    await settled();
    expect(transceiver.switched).toEqual([]);
  });

  it.each([
    [7, false],
    [8, true],
  ])('switched %i times in a row ends as it was left', async (times, on) => {
    for (let turn = 0; turn < times; turn += 1) sending.follow(turn % 2 === 0 ? null : camera);
    await settled();
    expect(transceiver.switched.at(-1) ?? true).toBe(on);
  });

  it('is off also when a whole picture was just ordered', async () => {
    sending.follow(camera);
    await settled();
    sending.orderWhole();
    sending.follow(null);
    await settled();
    expect(transceiver.switched.at(-1)).toBe(false);
    sending.orderWhole();
    await settled();
    expect(transceiver.switched.at(-1)).toBe(false);
  });

  it('is not left off by a refused change, and what comes next is not lost by it', async () => {
    sending.follow(camera);
    await settled();
    const change = transceiver.sender.setParameters;
    const refuseOnce = vi.spyOn(transceiver.sender, 'setParameters').mockImplementationOnce(change);
    refuseOnce.mockRejectedValueOnce(new DOMException('not now', 'InvalidStateError'));
    sending.orderWhole();
    await settled();
    expect(transceiver.switched).toEqual([false, true]);
    refuseOnce.mockRejectedValueOnce(new DOMException('not now', 'InvalidStateError'));
    sending.follow(null);
    sending.follow(null);
    await settled();
    expect(transceiver.switched.at(-1)).toBe(false);
  });
});
