import { questionOf } from './constraints';
import { isDismissed, problemOf } from './device-errors';
import type { DeviceProblem } from './device-problem';
import type { DeviceKind } from './local-media';

export type Acquired =
  | { readonly ok: true; readonly track: MediaStreamTrack }
  | { readonly ok: false; readonly problem: DeviceProblem };

/** What is wanted of each kind; a kind that is left out is not touched. */
export type Wishes = Partial<Record<DeviceKind, MediaTrackConstraints>>;

type GetUserMedia = (constraints: MediaStreamConstraints) => Promise<MediaStream>;

/** The microphone first: a call without picture is a call. */
const KINDS: readonly DeviceKind[] = ['microphone', 'camera'];

const trackOf = (stream: MediaStream, kind: DeviceKind): MediaStreamTrack | undefined =>
  (kind === 'camera' ? stream.getVideoTracks() : stream.getAudioTracks())[0];

const takenFrom = (stream: MediaStream, kind: DeviceKind): Acquired => {
  const track = trackOf(stream, kind);
  return track ? { ok: true, track } : { ok: false, problem: 'missing' };
};

/**
 * Asks for all of it at once, so that the person sees one question. When that fails, each alone: one missing or busy
 * device must not cost the other.
 * @param stillWanted Asked before each further question: the person may have changed their mind meanwhile.
 * @param got Each answer as soon as it is there: what waited here for another one would run with nobody to switch it off.
 */
export async function acquire(
  getUserMedia: GetUserMedia,
  wishes: Wishes,
  stillWanted: (kind: DeviceKind) => boolean,
  got: (kind: DeviceKind, answer: Acquired) => void,
): Promise<void> {
  const kinds = KINDS.filter((kind) => wishes[kind]);
  let answer: (kind: DeviceKind) => Acquired;
  try {
    const stream = await getUserMedia(questionOf(wishes));
    answer = (kind) => takenFrom(stream, kind);
  } catch (error) {
    if (kinds.length > 1 && !isDismissed(error)) {
      for (const kind of kinds) {
        if (stillWanted(kind)) await acquire(getUserMedia, { [kind]: wishes[kind] }, stillWanted, got);
      }
      return;
    }
    const problem = problemOf(error);
    answer = () => ({ ok: false, problem });
  }
  for (const kind of kinds) got(kind, answer(kind));
}
