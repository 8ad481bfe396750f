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
