import { t } from '@/text';
import { announce } from '@/ui/kit/announcer';
import type { CallFace } from './call-face';

let said = false;

/** Everything else, also saying so, comes after. */
export function hideMe(call: CallFace): void {
  call.hideMe();
  said = true;
  announce(() => t('call.hidden'));
}

/** A device is on again: what was said is not so any more, and is said anew the next time. */
export function notHidden(): void {
  if (said) announce(() => '');
  said = false;
}
