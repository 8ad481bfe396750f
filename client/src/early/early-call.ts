import { ChosenDevices } from '@/media/chosen-devices';
import { firstQuestion } from '@/media/constraints';
import type { DeviceKind } from '@/media/local-media';
import { signalUrl } from '@/signaling/signal-url';
import type { Begun, LobbyOwner } from './begun';

const tracksOf = (stream: MediaStream, kind: DeviceKind): MediaStreamTrack[] =>
  kind === 'camera' ? stream.getVideoTracks() : stream.getAudioTracks();

/** Camera, microphone and socket, asked for by the page itself. */
export class EarlyCall implements Begun {
  readonly asked = firstQuestion(new ChosenDevices());
  readonly answer: Promise<MediaStream>;
  readonly socket = new WebSocket(signalUrl(location.origin));
  readonly switched = new Map<DeviceKind, 'on' | 'off'>();
  readonly callId: string;
  readonly key: string;
  hasJoined = false;
  private owner: LobbyOwner | null = null;

  constructor(callId: string, key: string) {
    this.callId = callId;
    this.key = key;
    this.answer = navigator.mediaDevices.getUserMedia(this.asked);
    // Why it was refused is told by who takes it.
    this.answer.catch(() => undefined);
  }

  take(owner: LobbyOwner): void {
    this.owner = owner;
    for (const [kind, to] of this.switched) owner.switchTo(kind, to);
    if (this.hasJoined) owner.join();
  }

  join(): void {
    if (this.hasJoined) return;
    this.hasJoined = true;
    this.owner?.join();
  }

  /** Off means off, also here: the light goes out now. */
  switchTo(kind: DeviceKind, to: 'on' | 'off'): void {
    this.switched.set(kind, to);
    if (this.owner) this.owner.switchTo(kind, to);
    else if (to === 'off') this.stop(kind);
  }

  end(): void {
    this.socket.close();
    this.stop('camera');
    this.stop('microphone');
  }

  private stop(kind: DeviceKind): void {
    this.answer.then(
      (stream) => tracksOf(stream, kind).forEach((track) => track.stop()),
      () => undefined,
    );
  }
}
