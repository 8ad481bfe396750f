/**
 * No other tab of this browser does what has this name meanwhile. Where there are no locks (pages that are not secure),
 * there is no ringing either.
 */
export function oneAtATime<T>(name: 'device' | 'links' | 'blocks', work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? navigator.locks.request(`o-to-o/${name}`, work) : work();
}
