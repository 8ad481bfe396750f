// One tap on a person rings them: said in the history's entry, not in the address, which may be sent on or loaded anew.

const NAME = 'ringAtOnce';

/** For `router.push`: the ring page opened so begins to ring. */
export const ringAtOnce = { [NAME]: true } as const;

/** Was this page opened in order to ring? Once: loaded anew, or come back to, it does not ring again. */
export function takeRingAtOnce(): boolean {
  const state: unknown = history.state;
  if (typeof state !== 'object' || state === null || !(NAME in state)) return false;
  history.replaceState({ ...state, [NAME]: undefined }, '');
  return state[NAME] === true;
}
