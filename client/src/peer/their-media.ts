import type { Arrived, Received } from './arrived';
import type { MediaFlags } from './peer-messages';

/**
 * What the other person has on: what their page says, held against what arrives. Pure: time comes in with every input
 * (ms, any monotonic clock).
 */
export interface TheirMedia {
  readonly camera: Witness;
  readonly microphone: Witness;
  /** The count before; null: there is none that the next could be compared with. */
  readonly counted: { readonly at: number; readonly arrived: Arrived } | null;
}

interface Witness {
  readonly said: boolean;
  readonly shown: boolean;
  /** Said to be on, and nothing has arrived since then. Saying it again is no proof: only what arrives ends this. */
  readonly unprovenSince: number | null;
  /** Said to be off, and it arrives all the same since then. */
  readonly deniedSince: number | null;
}

export type TheirMediaInput =
  | { readonly type: 'said'; readonly at: number; readonly media: MediaFlags }
  /** Null: just now what does not arrive says nothing about what they have on. */
  | { readonly type: 'counted'; readonly at: number; readonly arrived: Arrived | null };

/**
 * Said to be on, and nothing of it for so long (ms): it is off. A microphone sends in silence too: 50 packets a second in
 * Chromium 156 and Firefox 153, measured.
 */
export const UNPROVEN_MS = 2500;
/** Said to be off, and it arrives for so long (ms): it is on. What was under way when it was switched off takes less. */
export const DENIED_MS = 2000;
/** Counts further apart (ms) than this, as of a computer that slept, are not compared. */
export const COMPARED_MS = 3000;

export const KINDS = ['camera', 'microphone'] as const;

const BELIEVED: Witness = { said: true, shown: true, unprovenSince: null, deniedSince: null };

/** Nothing was said yet, and nothing counted. */
export const unheard: TheirMedia = { camera: BELIEVED, microphone: BELIEVED, counted: null };

export const shownOf = ({ camera, microphone }: TheirMedia): MediaFlags => ({
  camera: camera.shown,
  microphone: microphone.shown,
});

function said(witness: Witness, on: boolean, at: number): Witness {
  if (on === witness.said) return witness;
  if (!on) return { ...witness, said: false, shown: false, deniedSince: null };
  const unprovenSince = witness.unprovenSince ?? at;
  return { said: true, shown: at - unprovenSince < UNPROVEN_MS, unprovenSince, deniedSince: null };
}

/** From now on is counted anew; what is shown stays. */
const startAgain = (witness: Witness): Witness => ({
  ...witness,
  unprovenSince: witness.shown ? null : witness.unprovenSince,
  deniedSince: null,
});

/** What was said, held against what arrived between two counts. */
function weighed(
  witness: Witness,
  before: Received,
  now: Received,
  { from, at }: { from: number; at: number },
): Witness {
  if (witness.said) {
    if (now.packets > before.packets) return { ...witness, shown: true, unprovenSince: null };
    const unprovenSince = witness.unprovenSince ?? from;
    return { ...witness, shown: witness.shown && at - unprovenSince < UNPROVEN_MS, unprovenSince };
  }
  if (now.pieces <= before.pieces) return { ...witness, shown: false, deniedSince: null };
  const deniedSince = witness.deniedSince ?? at;
  return { ...witness, shown: at - deniedSince >= DENIED_MS, unprovenSince: null, deniedSince };
}

/** One step of what is known of the other person's camera and microphone. */
export function stepTheirMedia(theirs: TheirMedia, input: TheirMediaInput): TheirMedia {
  const { at } = input;
  if (input.type === 'said') {
    const { camera, microphone } = input.media;
    return {
      ...theirs,
      camera: said(theirs.camera, camera, at),
      microphone: said(theirs.microphone, microphone, at),
    };
  }
  const { arrived } = input;
  const before = theirs.counted && at - theirs.counted.at <= COMPARED_MS ? theirs.counted : null;
  const next = (kind: keyof MediaFlags): Witness =>
    before && arrived
      ? weighed(theirs[kind], before.arrived[kind], arrived[kind], { from: before.at, at })
      : startAgain(theirs[kind]);
  return { camera: next('camera'), microphone: next('microphone'), counted: arrived && { at, arrived } };
}
