import { reactive } from 'vue';
import type { CallScreen, CallView } from '@/call/call-view';
import type { CallFace } from '@/ui/call/call-face';

/** What was asked of a fake call, in order. */
export type Asked = readonly [action: keyof CallFace, ...details: unknown[]];

/** A call that shows what it is told to, and notes what it is asked for. */
export function fakeCall(screen: CallScreen, shown: Partial<CallView> = {}): CallFace & { asked: Asked[] } {
  const asked: Asked[] = [];
  const note =
    (action: keyof CallFace) =>
    (...details: unknown[]) =>
      void asked.push([action, ...details]);
  const noteLater = (action: keyof CallFace) => {
    const noted = note(action);
    return (...details: unknown[]) => Promise.resolve(noted(...details));
  };
  const view: CallView = {
    screen,
    link: 'https://call.example/c/q83vASNFZ4mrzQBkyAABAgMEBQYH#AAECAwQFBgcICQoLDA0ODw',
    camera: { is: 'off' },
    microphone: { is: 'off' },
    cameras: [],
    microphones: [],
    chosen: { camera: null, microphone: null },
    localStream: null,
    remoteStream: null,
    remote: { camera: true, microphone: true },
    connectedSince: null,
    safety: { is: 'none' },
    lock: { is: 'open' },
    refusedWords: 'none',
    keep: { is: 'none' },
    ...shown,
  };
  return reactive({
    ...view,
    open: noteLater('open'),
    moveHere: noteLater('moveHere'),
    joinSecond: noteLater('joinSecond'),
    join: note('join'),
    toggle: noteLater('toggle'),
    choose: noteLater('choose'),
    switchCamera: noteLater('switchCamera'),
    microphoneLevel: () => 0,
    setLock: note('setLock'),
    block: note('block'),
    hideMe: note('hideMe'),
    hangUp: note('hangUp'),
    keepThem: note('keepThem'),
    keepThemNot: note('keepThemNot'),
    rejoin: note('rejoin'),
    close: note('close'),
    asked,
  });
}
