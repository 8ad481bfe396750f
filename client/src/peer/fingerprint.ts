import type { RtcConnection } from './rtc';

/** SHA-256 of both ends' DTLS certificates, as 64 lower-case hex digits. */
export interface Fingerprints {
  readonly own: string;
  readonly other: string;
}

const LINE = /^a=fingerprint:sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})\s*$/i;

/**
 * The one certificate a description names; null when it names none, several, or any of them in a way that is not known
 * here: a browser might then accept another certificate than the one that was looked at.
 */
export function fingerprintOf(sdp: string): string | null {
  const lines = sdp.split(/\r\n|\r|\n/).filter((line) => /fingerprint/i.test(line));
  const named = new Set(lines.map((line) => LINE.exec(line)?.[1]?.replaceAll(':', '').toLowerCase()));
  const [only] = named;
  return named.size === 1 && only !== undefined ? only : null;
}

/**
 * Does a description go on with the certificate of the one before it? A browser would let a later one bring another, and
 * thereby another person: what two people compared would hold no more, and nobody would see it.
 */
export const keepsCertificate = (before: RTCSessionDescription | null, sdp: string): boolean =>
  before === null || fingerprintOf(before.sdp) === fingerprintOf(sdp);

/** Null: nothing is agreed yet, or an end does not name its one certificate. */
export function fingerprintsOf({ localDescription, remoteDescription }: RtcConnection): Fingerprints | null {
  const own = fingerprintOf(localDescription?.sdp ?? '');
  const other = fingerprintOf(remoteDescription?.sdp ?? '');
  return own !== null && other !== null ? { own, other } : null;
}
