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

const asked = ({ camera, microphone }: Wishes): MediaStreamConstraints => ({
  ...(camera ? { video: camera } : {}),
  ...(microphone ? { audio: microphone } : {}),
});

const trackOf = (stream: MediaStream, kind: DeviceKind): MediaStreamTrack | undefined =>
  (kind === 'camera' ? stream.getVideoTracks() : stream.getAudioTracks())[0];

function sortOut(stream: MediaStream, kinds: readonly DeviceKind[]): Map<DeviceKind, Acquired> {
  return new Map(
    kinds.map((kind) => {
      const track = trackOf(stream, kind);
      return [kind, track ? { ok: true, track } : { ok: false, problem: 'missing' }];
    }),
  );
}

const allFailed = (kinds: readonly DeviceKind[], error: unknown): Map<DeviceKind, Acquired> =>
  new Map(kinds.map((kind) => [kind, { ok: false, problem: problemOf(error) }]));

/**
 * Asks for all of it at once, so that the person sees one question. When that fails, each alone: one missing or busy
 * device must not cost the other.
 * @param stillWanted Asked before each further question: the person may have changed their mind meanwhile.
 */
export async function acquire(
  getUserMedia: GetUserMedia,
  wishes: Wishes,
  stillWanted: (kind: DeviceKind) => boolean,
): Promise<Map<DeviceKind, Acquired>> {
  const kinds = KINDS.filter((kind) => wishes[kind]);
  try {
    return sortOut(await getUserMedia(asked(wishes)), kinds);
  } catch (error) {
    if (kinds.length === 1 || isDismissed(error)) return allFailed(kinds, error);
  }
  const results = new Map<DeviceKind, Acquired>();
  for (const kind of kinds) {
    if (!stillWanted(kind)) continue;
    const alone = { [kind]: wishes[kind] };
    results.set(
      kind,
      (await acquire(getUserMedia, alone, stillWanted)).get(kind) ?? { ok: false, problem: 'failed' },
    );
  }
  return results;
}
