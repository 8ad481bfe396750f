import type { CallScreen } from '@/call/call-view';

/** What the menu of a call shows: what there is, the safety code, or the question whether to block. */
export type MoreView = 'menu' | 'safety-code' | 'block';

/** Both are in, whether or not they see each other just now. */
export const areTogether = ({ is }: CallScreen): boolean => is === 'connected' || is === 'reconnecting';

/** Somebody else has the other seat, so there is somebody to block. */
export const isSomebodyThere = (screen: CallScreen): boolean =>
  areTogether(screen) || screen.is === 'connecting' || screen.is === 'unreachable';

/** What was asked for, or the menu when that makes no sense any more. */
export function viewIn(screen: CallScreen, asked: MoreView): MoreView {
  if (asked === 'safety-code' && !areTogether(screen)) return 'menu';
  return asked === 'block' && !isSomebodyThere(screen) ? 'menu' : asked;
}
