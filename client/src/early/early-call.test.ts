import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { takeBegun } from './begun';
import { EarlyCall } from './early-call';

const tracks = { video: { stop: vi.fn() }, audio: { stop: vi.fn() } };
const socket = { close: vi.fn() };
const getUserMedia = vi.fn();

beforeEach(() => {
  vi.clearAllMocks();
  getUserMedia.mockResolvedValue({
    getVideoTracks: () => [tracks.video],
    getAudioTracks: () => [tracks.audio],
  });
  vi.stubGlobal('WebSocket', function WebSocket() {
    return socket;
  });
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
});
afterEach(() => {
  vi.unstubAllGlobals();
  delete window.begun;
});

const owner = () => ({ join: vi.fn(), switchTo: vi.fn() });
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('what a page has begun before its scripts are there', () => {
  it('asks once for both devices', () => {
    new EarlyCall('call', 'key');
    expect(getUserMedia).toHaveBeenCalledOnce();
    expect(getUserMedia).toHaveBeenCalledWith({ video: expect.anything(), audio: expect.anything() });
  });

  it('ends with the lights off and the socket closed when nobody takes it, also before the answer', async () => {
    const call = new EarlyCall('call', 'key');
    call.end();
    await settled();
    expect(tracks.video.stop).toHaveBeenCalledOnce();
    expect(tracks.audio.stop).toHaveBeenCalledOnce();
    expect(socket.close).toHaveBeenCalledOnce();
  });

  it('a device that is switched off is stopped at once, and stays off for who takes the call', async () => {
    const call = new EarlyCall('call', 'key');
    call.switchTo('camera', 'off');
    await settled();
    expect(tracks.video.stop).toHaveBeenCalledOnce();
    expect(tracks.audio.stop).not.toHaveBeenCalled();
    const taker = owner();
    call.take(taker);
    expect(taker.switchTo.mock.calls).toEqual([['camera', 'off']]);
    call.switchTo('microphone', 'off');
    expect(taker.switchTo.mock.lastCall).toEqual(['microphone', 'off']);
    await settled();
    // It is no longer this one's to stop.
    expect(tracks.audio.stop).not.toHaveBeenCalled();
  });

  it('Join is carried out once, whenever it was pressed', () => {
    const [early, late] = [new EarlyCall('a', 'key'), new EarlyCall('b', 'key')];
    const [ofEarly, ofLate] = [owner(), owner()];
    early.join();
    early.take(ofEarly);
    late.take(ofLate);
    expect(ofLate.join).not.toHaveBeenCalled();
    for (const call of [early, late, early, late]) call.join();
    expect(ofEarly.join).toHaveBeenCalledOnce();
    expect(ofLate.join).toHaveBeenCalledOnce();
  });

  it('belongs to its own call, and is taken once; for another address it is ended', () => {
    const call = (window.begun = new EarlyCall('call', 'key'));
    expect(takeBegun('call', 'key.')).toBe(call);
    expect(takeBegun('call', 'key')).toBeNull();
    expect(socket.close).not.toHaveBeenCalled();
    window.begun = call;
    expect(takeBegun('another', 'key')).toBeNull();
    expect(socket.close).toHaveBeenCalledOnce();
  });
});
