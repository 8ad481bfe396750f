import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of what Chromium plays as its camera and microphone, in a loop. */
export interface FakeMedia {
  readonly video: string;
  readonly audio: string;
}

const FPS = 30;
/** A loop of two seconds: movement enough, few megabytes. */
const FRAMES = 60;

/** A disc that circles over a drifting pattern: the encoder has work to do, and a still picture would be noticed. */
function luma(x: number, y: number, frame: number, width: number, height: number): number {
  const turn = (frame / FRAMES) * 2 * Math.PI;
  const dx = x - width * (0.5 + 0.3 * Math.cos(turn));
  const dy = y - height * (0.5 + 0.3 * Math.sin(turn));
  if (dx * dx + dy * dy < (height / 6) ** 2) return 200;
  return 60 + (((x + y + frame * 4) >> 2) % 64) + ((x * 7919 + y * 104_729 + frame * 31) % 16);
}

/** A y4m file (YUV4MPEG2, 4:2:0). */
function writeVideo(file: string, width: number, height: number): void {
  const out = openSync(file, 'w');
  writeSync(out, `YUV4MPEG2 W${width} H${height} F${FPS}:1 Ip A1:1 C420jpeg\n`);
  const pixels = width * height;
  const picture = Buffer.alloc(pixels * 1.5, 128);
  picture.fill(110, pixels, pixels * 1.25);
  for (let frame = 0; frame < FRAMES; frame += 1) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) picture[y * width + x] = luma(x, y, frame, width, height);
    }
    writeSync(out, 'FRAME\n');
    writeSync(out, picture);
  }
  closeSync(out);
}

const SAMPLE_RATE = 48_000;
const AUDIO_SECONDS = 10;

/** A soft tone, and a loud beep of 60 ms at the start of every second. */
function writeAudio(file: string): void {
  const samples = AUDIO_SECONDS * SAMPLE_RATE;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16); // length of the format chunk
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22); // one channel
  wav.writeUInt32LE(SAMPLE_RATE, 24);
  wav.writeUInt32LE(SAMPLE_RATE * 2, 28); // bytes a second
  wav.writeUInt16LE(2, 32); // bytes a sample
  wav.writeUInt16LE(16, 34); // bits a sample
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let n = 0; n < samples; n += 1) {
    const t = n / SAMPLE_RATE;
    const level =
      t % 1 < 0.06 ? 0.8 * Math.sin(2 * Math.PI * 1000 * t) : 0.05 * Math.sin(2 * Math.PI * 220 * t);
    wav.writeInt16LE(Math.round(32_767 * level), 44 + n * 2);
  }
  writeFileSync(file, wav);
}

/** Made beside, then renamed: a run that is cut short, or two at a time, leave no half file. */
function whole(file: string, write: (file: string) => void): void {
  if (existsSync(file)) return;
  const part = `${file}.${process.pid}`;
  write(part);
  renameSync(part, file);
}

/** The files, made once per machine and picture size. */
export function fakeMedia(width = 320, height = 180): FakeMedia {
  const folder = join(tmpdir(), 'o-to-o-fake-media-1');
  mkdirSync(folder, { recursive: true });
  const media = {
    video: join(folder, `camera-${width}x${height}.y4m`),
    audio: join(folder, 'microphone.wav'),
  };
  whole(media.video, (file) => writeVideo(file, width, height));
  whole(media.audio, writeAudio);
  return media;
}
