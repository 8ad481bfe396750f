import type { DeviceProblem } from '@/media/device-problem';

/** Whose network stands in the way, as far as can be told. */
export type Whose = 'yours' | 'theirs' | 'ours' | 'unknown';

/** Why a call cannot begin just now; the page tries again by itself. */
export type Trouble = 'unavailable' | 'too-many-requests' | 'no-connection';

/** Why there is no direct path: whose network, and what it does. */
export interface Obstacle {
  /** `ours`: the server offers no way to find out one's own address. */
  readonly whose: Whose | 'both';
  /**
   * `changing`: another outside address for everybody (symmetric NAT). `silent`: UDP gets no answer. `unasked`: nobody to
   * ask.
   */
  readonly why: 'changing' | 'silent' | 'unasked' | 'unknown';
}

/** What the own network does to direct calls; see `Obstacle`. `steady`: it lets them through. */
export type OwnNetwork = 'steady' | 'changing' | 'silent' | 'unasked';

/** What the call page shows: one screen at a time. The names from `entering` on are the contract's `data-state`. */
export type CallScreen =
  | { readonly is: 'opening' }
  /** Another tab of this browser has this call open. */
  | { readonly is: 'second-tab' }
  | { readonly is: 'lobby' }
  | { readonly is: 'entering'; readonly trouble?: Trouble }
  /** `network`: what is known of the own one; null: nothing yet. */
  | {
      readonly is: 'waiting';
      readonly network?: OwnNetwork | null;
      /** The server cannot be reached now: nobody can come in meanwhile. */
      readonly offline?: boolean;
      /** Somebody was here, and has not come back. */
      readonly parted?: boolean;
    }
  | { readonly is: 'connecting' }
  | { readonly is: 'connected' }
  | { readonly is: 'reconnecting'; readonly whose: Whose }
  /** The other person hung up; one may wait for them or go. */
  | { readonly is: 'peer-left'; readonly offline?: boolean }
  /** This person hung up. `lastedMs`: time since both first met in this page; null when they never did. */
  | { readonly is: 'ended'; readonly lastedMs: number | null }
  | { readonly is: 'full' }
  | { readonly is: 'unknown-call' }
  | { readonly is: 'superseded' }
  /** No direct path between the two networks. */
  | { readonly is: 'unreachable'; readonly obstacle?: Obstacle }
  | { readonly is: 'damaged-link' }
  /** This browser cannot call at all, or something broke that the page cannot mend. */
  | { readonly is: 'failed'; readonly why: 'no-webrtc' | 'insecure' | 'broken' };

/** One of the own devices, as a page shows it. */
export type DeviceView =
  | { readonly is: 'off' }
  | { readonly is: 'starting' }
  | { readonly is: 'on' }
  /** On, but a phone call or another app has it just now. */
  | { readonly is: 'held' }
  | { readonly is: 'blocked'; readonly problem: DeviceProblem };

export interface DeviceChoice {
  readonly deviceId: string;
  readonly label: string;
}

export type DeviceKind = 'camera' | 'microphone';

/** `code`: places in the list of 64 pictures with spoken names. */
export type SafetyView =
  | { readonly is: 'none' }
  | { readonly is: 'exchanging' }
  | { readonly is: 'ready'; readonly code: readonly [number, number, number, number] }
  | { readonly is: 'mismatch' };

/** `locked`: only the two who are in may come in. */
export type LockView = { readonly is: 'open' } | { readonly is: 'locked' };

/**
 * `damaged-copy`: somebody is here whose link has another key. `tampered`: in the call, words came that were changed or
 * repeated on the way.
 */
export type RefusedWords = 'none' | 'damaged-copy' | 'tampered';

/**
 * How it stands with keeping each other. Of the other's wish nothing is told before this person has said the same.
 * `unanswered`: the other did not say so in time. `half`: both did, but their ring link did not arrive.
 */
export type KeepView =
  | { readonly is: 'none' | 'possible' | 'willing' | 'exchanging' | 'unanswered' | 'half' }
  | { readonly is: 'kept'; readonly slug: string; readonly name: string }
  | { readonly is: 'failed'; readonly why: 'unreachable' | 'no-storage' };

/** The fields of `useCall()`, the pinia store of the call page. */
export interface CallView {
  screen: CallScreen;
  /** The whole address to send, fragment included. */
  link: string;
  camera: DeviceView;
  microphone: DeviceView;
  /** What can be chosen; labels are empty until permission was given. */
  cameras: readonly DeviceChoice[];
  microphones: readonly DeviceChoice[];
  chosen: { readonly camera: string | null; readonly microphone: string | null };
  /** Own picture, for the preview and the small tile; null when the camera is off. */
  localStream: MediaStream | null;
  /** The other person's sound and picture; null before there is any. */
  remoteStream: MediaStream | null;
  /** What the other person has on. */
  remote: { readonly camera: boolean; readonly microphone: boolean };
  /** performance.now() when both first were together in this page; null before. */
  connectedSince: number | null;
  /** The safety code of the connection between the two pages. */
  safety: SafetyView;
  /** Whether somebody else may take a seat that is free. */
  lock: LockView;
  /** What was refused of the words that came by way of the server, as far as people must know. */
  refusedWords: RefusedWords;
  /** During a call and for some minutes afterwards. */
  keep: KeepView;
}

/** What a session knows of a call; the rest of the view are the own devices. */
export type Told = Pick<
  CallView,
  'screen' | 'remoteStream' | 'remote' | 'connectedSince' | 'safety' | 'lock' | 'refusedWords' | 'keep'
>;

/** How a session tells its face what changed. */
export type Tell = (changed: Partial<Told>) => void;

export const nothingTold: Told = {
  screen: { is: 'opening' },
  remoteStream: null,
  remote: { camera: true, microphone: true },
  connectedSince: null,
  safety: { is: 'none' },
  lock: { is: 'open' },
  refusedWords: 'none',
  keep: { is: 'none' },
};

/** What a page may ask for. */
export interface CallActions {
  /** A call page was opened. `key`: the link's fragment without `#`. */
  open(callId: string, key: string): void;
  /** Move the call from the other tab to this one. */
  moveHere(): Promise<void>;
  /** Enter as the second person, beside the other tab of this browser. */
  joinSecond(): Promise<void>;
  join(): void;
  toggle(kind: DeviceKind): Promise<void>;
  choose(kind: DeviceKind, deviceId: string): Promise<void>;
  /** Front camera ↔ back camera, or the next one. */
  switchCamera(): Promise<void>;
  /** Own microphone's loudness 0…1, now; for the meter. */
  microphoneLevel(): number;
  /** Binds the call to its two people, or opens it again. */
  setLock(on: boolean): void;
  /** Hangs up, and the other person cannot come back into this call. */
  block(): void;
  /** Camera and microphone off, at once and before anything else. Asked again it changes nothing. */
  hideMe(): void;
  hangUp(): void;
  /** Keep each other, if the other says so, too. `ownName`: what they will see; may be empty. */
  keepThem(ownName: string): void;
  /** As long as the other has not said so, it can be taken back. */
  keepThemNot(): void;
  /** Back in, after hanging up or after the call moved away. */
  rejoin(): void;
  /** The page is left: everything ends. */
  close(): void;
}
