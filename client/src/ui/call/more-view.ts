import type { CallScreen, CallView } from '@/call/call-view';

/** What the menu of a call shows: what there is, the safety code, keeping each other, or the question whether to block. */
export type MoreView = 'menu' | 'safety-code' | 'keep' | 'block';

/** Both are in, whether or not they see each other just now. */
export const areTogether = ({ is }: CallScreen): boolean => is === 'connected' || is === 'reconnecting';

/** Somebody else has the other seat, so there is somebody to block. */
export const isSomebodyThere = (screen: CallScreen): boolean =>
  areTogether(screen) || screen.is === 'connecting' || screen.is === 'unreachable';

/** During the call, and when the other has left it. */
export const canKeep = ({ screen, keep }: Pick<CallView, 'screen' | 'keep'>): boolean =>
  (areTogether(screen) || screen.is === 'peer-left') && keep.is !== 'none';

/** What was asked for, or the menu when that makes no sense any more. */
export function viewIn(call: Pick<CallView, 'screen' | 'keep'>, asked: MoreView): MoreView {
  if (asked === 'safety-code' && !areTogether(call.screen)) return 'menu';
  if (asked === 'keep' && !canKeep(call)) return 'menu';
  return asked === 'block' && !isSomebodyThere(call.screen) ? 'menu' : asked;
}
