/** What is used of a browser's `navigator.mediaDevices`. */
export type DeviceSource = Pick<
  MediaDevices,
  'getUserMedia' | 'enumerateDevices' | 'addEventListener' | 'removeEventListener'
>;

/** null: this browser offers none. */
export function browserSource(): DeviceSource | null {
  // The types promise it; http pages and browsers inside other apps don't have it.
  const source: unknown = Reflect.get(navigator, 'mediaDevices');
  return source && 'getUserMedia' in navigator.mediaDevices ? navigator.mediaDevices : null;
}

/** A question that was asked before there was anybody to wait for its answer. */
export interface AskedAhead {
  readonly asked: MediaStreamConstraints;
  readonly answer: Promise<MediaStream>;
}

/** Whoever asks the same as was asked ahead, gets that answer; once, for its tracks then have an owner. */
export function withAskedAhead(source: DeviceSource, ahead: AskedAhead): DeviceSource {
  let kept: AskedAhead | null = ahead;
  return {
    getUserMedia(constraints) {
      const same = kept !== null && JSON.stringify(kept.asked) === JSON.stringify(constraints);
      if (!kept || !same) return source.getUserMedia(constraints);
      const { answer } = kept;
      kept = null;
      return answer;
    },
    enumerateDevices: () => source.enumerateDevices(),
    addEventListener: source.addEventListener.bind(source),
    removeEventListener: source.removeEventListener.bind(source),
  };
}
