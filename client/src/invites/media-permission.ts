import type { DevicesOn } from '@/call/identity';

/** Null: this browser does not say (Safari before 16, Firefox before 131). */
async function permissionFor(name: 'camera' | 'microphone'): Promise<PermissionState | null> {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return null;
  }
}

async function mayUse(constraints: MediaStreamConstraints): Promise<boolean> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    // Only the question was needed: no light is on while it rings.
    for (const track of stream.getTracks()) track.stop();
    return true;
  } catch {
    return false;
  }
}

/**
 * Lets the browser ask its question now, while the person is here, so that nothing stands between an accepted ring and the
 * call. False: something that is wanted is not to be had.
 */
export async function askForMedia({ camera, microphone }: DevicesOn): Promise<boolean> {
  const wanted = [...(camera ? (['camera'] as const) : []), ...(microphone ? (['microphone'] as const) : [])];
  const states = await Promise.all(wanted.map(permissionFor));
  if (states.includes('denied')) return false;
  if (states.every((state) => state === 'granted')) return true;
  if (!('mediaDevices' in navigator)) return false;
  return mayUse({ video: camera, audio: microphone });
}
