/** People know themselves from the mirror; what the back camera sees they know from the world. */
export const isMirrored = (stream: MediaStream | null): boolean =>
  stream?.getVideoTracks()[0]?.getSettings().facingMode !== 'environment';
