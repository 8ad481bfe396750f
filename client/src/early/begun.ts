import type { DeviceKind } from '@/media/local-media';

/**
 * What the page of a call has begun by itself, before its scripts were there (early.ts): until the call takes it,
 * `end` ends all of it.
 */
export interface Begun {
  readonly callId: string;
  readonly key: string;
  /** The question about camera and microphone, and what came of it. */
  readonly asked: MediaStreamConstraints;
  readonly answer: Promise<MediaStream>;
  /** Nothing is said on it before somebody enters. */
  readonly socket: WebSocket;
  readonly hasJoined: boolean;
  /** It is somebody's now: what the person has done in the page's own lobby, and will yet do, is theirs to carry out. */
  take(owner: LobbyOwner): void;
  end(): void;
}

/** Who carries out what is pressed. */
export interface LobbyOwner {
  join(): void;
  /** What was switched off before anybody took it was stopped. */
  switchTo(kind: DeviceKind, to: 'on' | 'off'): void;
}

declare global {
  interface Window {
    /** As long as nobody has taken it. */
    begun?: Begun;
  }
}

/** What was begun for this call, to be owned by who takes it. What was begun for another one is ended. */
export function takeBegun(callId: string, fragment: string): Begun | null {
  const { begun } = window;
  delete window.begun;
  if (begun?.callId === callId && fragment.startsWith(begun.key)) return begun;
  begun?.end();
  return null;
}
