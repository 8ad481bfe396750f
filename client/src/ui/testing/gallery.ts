import { createApp, h } from 'vue';
import { createMemoryHistory } from 'vue-router';
import '@/theme/tokens.css';
import '@/theme/base.css';
import '@/ui/call/control.css';
import type { CallScreen, CallView, DeviceView } from '@/call/call-view';
import { makeRouter } from '@/router';
import { chooseLanguage, startSpeaking } from '@/text';
import { startTheme } from '@/theme/theme';
import CallScreens from '@/ui/call/CallScreens.vue';
import { fakeCall } from './fake-call';

// Every screen of a call without a call, for looking at: /gallery.html?screen=waiting&camera=on&lang=zh-CN
// Not part of the build.

const asked = new URLSearchParams(location.search);
const is = (name: string, value: string) => asked.get(name) === value;

/** A moving picture in place of a person. */
function picture(width: number, height: number, ground: string, figure: string): MediaStream {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext('2d');
  const draw = (): void => {
    if (!pen) return;
    pen.fillStyle = ground;
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = figure;
    const size = Math.min(width, height);
    pen.beginPath();
    pen.arc(width / 2, height * 0.42, size * 0.17, 0, 7);
    pen.ellipse(width / 2, height * 1.02, size * 0.36, size * 0.42, 0, 0, 7);
    pen.fill();
    setTimeout(draw, 100);
  };
  draw();
  return canvas.captureStream(10);
}

function screenOf(name: string | null): CallScreen {
  switch (name) {
    case 'reconnecting':
      return { is: name, whose: is('whose', 'theirs') ? 'theirs' : is('whose', 'ours') ? 'ours' : 'yours' };
    case 'ended':
      return { is: name, lastedMs: 42 * 60_000 };
    case 'failed':
      return { is: name, why: is('why', 'broken') ? 'broken' : 'no-webrtc' };
    case 'entering':
      return { is: name, trouble: 'no-connection' };
    case 'waiting':
      return { is: name, parted: is('parted', 'yes'), offline: is('offline', 'yes') };
    case 'peer-left':
      return { is: name, offline: is('offline', 'yes') };
    case 'opening':
    case 'second-tab':
    case 'connecting':
    case 'connected':
    case 'full':
    case 'unknown-call':
    case 'superseded':
    case 'unreachable':
    case 'damaged-link':
      return { is: name };
    default:
      return { is: 'lobby' };
  }
}

function safetyOf(name: string | null): CallView['safety'] {
  if (name === 'mismatch' || name === 'exchanging') return { is: name };
  return { is: 'ready', code: name === 'long' ? [20, 62, 41, 19] : [50, 8, 60, 29] };
}

const cameraOn = is('camera', 'on');
const noDevices = is('camera', 'missing');
const blocked: DeviceView | null = noDevices
  ? { is: 'blocked', problem: 'missing' }
  : is('camera', 'denied')
    ? { is: 'blocked', problem: 'denied' }
    : null;
const cameras = [
  { deviceId: 'a', label: 'Front camera' },
  { deviceId: 'b', label: 'Back camera' },
];
const view: Partial<CallView> = {
  camera: blocked ?? { is: cameraOn ? 'on' : 'off' },
  microphone: blocked ?? { is: is('mic', 'off') ? 'off' : 'on' },
  cameras: noDevices ? [] : cameras,
  microphones: noDevices ? [] : [{ deviceId: 'c', label: '' }],
  localStream: cameraOn ? picture(640, 480, '#d9c3ad', '#8b5e4a') : null,
  remoteStream: is('remote', 'tall')
    ? picture(480, 640, '#8fa9a6', '#33504d')
    : picture(1280, 720, '#8fa9a6', '#33504d'),
  safety: safetyOf(asked.get('safety')),
  lock: { is: is('lock', 'yes') ? 'locked' : 'open' },
  refusedWords: is('words', 'tampered') ? 'tampered' : is('words', 'damaged-copy') ? 'damaged-copy' : 'none',
  remote: { camera: !is('remote', 'off'), microphone: !is('quiet', 'yes') },
};

startTheme();
await startSpeaking();
await chooseLanguage(asked.get('lang') ?? 'en');
const call = fakeCall(screenOf(asked.get('screen')), view);
call.join = () => void (call.screen = { is: 'waiting' });
call.hangUp = () => void (call.screen = { is: 'ended', lastedMs: 42 * 60_000 });
call.setLock = (on) => void (call.lock = { is: on ? 'locked' : 'open' });
call.block = call.hangUp;
call.hideMe = () => {
  Object.assign(call, { camera: { is: 'off' }, microphone: { is: 'off' }, localStream: null });
};
call.microphoneLevel = () => 0.4 + 0.3 * Math.sin(performance.now() / 200);
createApp({ render: () => h(CallScreens, { call }) })
  .use(makeRouter(createMemoryHistory()))
  .mount('#app');
