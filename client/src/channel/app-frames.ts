import { isBase64Url, isFields, parseJson, type Fields } from '@protocol';

/** What the two pages say to agree on a safety code (PROTOCOL.md, "The safety code"). */
export type SafetyFrame =
  /** SHA-256 of what the sender will reveal. */
  | { readonly type: 'safety-commit'; readonly commitment: string }
  /** The sender's nonce, said only once it has the other's commitment. */
  | { readonly type: 'safety-nonce'; readonly nonce: string };

/** What the two browsers tell each other about the call, over the data channel. */
export type AppFrame =
  /** What the sender has on now. */
  | { readonly type: 'media'; readonly camera: boolean; readonly microphone: boolean }
  /** The sender hung up. Said here too, so that it arrives when no server does. */
  | { readonly type: 'bye' }
  | SafetyFrame;

/** Bytes of what a safety frame carries, in base64url without padding. */
const COMMITMENT_BYTES = 32;
const NONCE_BYTES = 16;

export const encodeAppFrame = (frame: AppFrame): string => JSON.stringify(frame);

function decodeMedia({ camera, microphone }: Fields): AppFrame | null {
  return typeof camera === 'boolean' && typeof microphone === 'boolean'
    ? { type: 'media', camera, microphone }
    : null;
}

/** Null: not a frame known here (a newer version's, or nonsense); it is ignored. */
export function decodeAppFrame(text: string): AppFrame | null {
  const json = parseJson(text);
  if (!json.ok || !isFields(json.value)) return null;
  const { type, commitment, nonce } = json.value;
  switch (type) {
    case 'media':
      return decodeMedia(json.value);
    case 'bye':
      return { type };
    case 'safety-commit':
      return isBase64Url(commitment, COMMITMENT_BYTES) ? { type, commitment } : null;
    case 'safety-nonce':
      return isBase64Url(nonce, NONCE_BYTES) ? { type, nonce } : null;
    default:
      return null;
  }
}
