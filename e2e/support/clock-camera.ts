import type { Page } from '@playwright/test';

/**
 * Runs in the page before its own scripts and puts a camera of its own making in the place of the real one: its picture
 * says the time at which it was taken (ms since the epoch, the low 24 bits and a check), as black and white squares. It
 * is handed to the browser as text: everything it uses must stand inside it.
 */
export function installClockCamera(): void {
  if (!('mediaDevices' in navigator)) return; // the empty page before the first has none
  const SQUARE = 40;
  const canvas = document.createElement('canvas');
  canvas.width = 8 * SQUARE;
  canvas.height = 4 * SQUARE;
  const pen = canvas.getContext('2d');

  function draw(): void {
    const time = Math.floor(performance.timeOrigin + performance.now());
    const bytes = [(time >> 16) & 0xff, (time >> 8) & 0xff, time & 0xff];
    bytes.push(bytes.reduce((sum, byte) => sum ^ byte, 0xa5));
    bytes.forEach((byte, row) => {
      for (let bit = 0; bit < 8; bit += 1) {
        if (!pen) return;
        pen.fillStyle = (byte >> bit) & 1 ? '#fff' : '#000';
        pen.fillRect(bit * SQUARE, row * SQUARE, SQUARE, SQUARE);
      }
    });
  }
  setInterval(draw, 33); // thirty pictures a second

  const media = navigator.mediaDevices;
  const getUserMedia = media.getUserMedia.bind(media);
  media.getUserMedia = async ({ audio = false, video = false } = {}) => {
    const sound = audio ? (await getUserMedia({ audio })).getAudioTracks() : [];
    if (video === false) return new MediaStream(sound);
    draw(); // an older picture is none of this track's
    return new MediaStream([...sound, ...canvas.captureStream(30).getVideoTracks()]);
  };
}

declare global {
  interface Window {
    __clock?: { readonly times: number[] };
  }
}

/** From now on notes the time that every picture of the other person says, as it is shown. */
export const readClock = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const CELL = 8;
    /** So far (ms) may the clock of another page be ahead. */
    const AHEAD_MS = 1000;
    const times: number[] = [];
    const canvas = document.createElement('canvas');
    canvas.width = 8 * CELL;
    canvas.height = 4 * CELL;
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    const video = document.querySelector<HTMLVideoElement>('[data-testid="remote-video"]');
    if (!pen || !video) throw new Error('There is nothing to read from.');

    function read(): void {
      if (!pen || !video) return;
      pen.drawImage(video, 0, 0, canvas.width, canvas.height);
      const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
      const bytes = [0, 1, 2, 3].map((row) => {
        let byte = 0;
        for (let bit = 0; bit < 8; bit += 1) {
          const middle = (row * CELL + CELL / 2) * canvas.width + bit * CELL + CELL / 2;
          if ((data[middle * 4] ?? 0) > 127) byte |= 1 << bit;
        }
        return byte;
      });
      const [high = 0, middle = 0, low = 0, check] = bytes;
      // Black pictures and those that were cut in pieces say no time.
      if (check !== (high ^ middle ^ low ^ 0xa5)) return;
      const now = Math.floor(performance.timeOrigin + performance.now()) + AHEAD_MS;
      times.push(now - ((now - ((high << 16) | (middle << 8) | low)) & 0xffffff));
    }
    const next = (): void => {
      read();
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
    window.__clock = { times };
  });

/** The times that were read so far. */
export const clockTimes = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    if (!window.__clock) throw new Error('This page was not told to read the time.');
    return window.__clock.times;
  });
