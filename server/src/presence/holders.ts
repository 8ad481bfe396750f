import type { HolderId } from './call-state.js';
import { signer } from './signing-keys.js';

const HOLDER_ID_BYTES = 16;

/** Secret of a browser → who that is in one call. The secret itself is kept nowhere. */
export type HolderNamer = (callId: string, holder: string) => HolderId;

export function holderNamer(secret: Buffer): HolderNamer {
  const sign = signer(secret, 'holder');
  return (callId, holder) => sign(`${callId}.${holder}`, HOLDER_ID_BYTES).toString('base64url');
}
