import { isFields, parseJson } from '@protocol';

/** What the two browsers tell each other about the call, over the data channel. */
export type AppFrame =
  /** What the sender has on now. */
  | { readonly type: 'media'; readonly camera: boolean; readonly microphone: boolean }
  /** The sender hung up. Said here too, so that it arrives when no server does. */
  | { readonly type: 'bye' };

export const encodeAppFrame = (frame: AppFrame): string => JSON.stringify(frame);

/** Null: not a frame known here (a newer version's, or nonsense); it is ignored. */
export function decodeAppFrame(text: string): AppFrame | null {
  const json = parseJson(text);
  if (!json.ok || !isFields(json.value)) return null;
  const { type, camera, microphone } = json.value;
  if (type === 'bye') return { type };
  return type === 'media' && typeof camera === 'boolean' && typeof microphone === 'boolean'
    ? { type, camera, microphone }
    : null;
}
