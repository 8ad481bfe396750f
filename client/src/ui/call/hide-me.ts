import { t } from '@/text';
import { announce } from '@/ui/kit/announcer';
import type { CallFace } from './call-face';

/** Everything else, also saying so, comes after. */
export function hideMe(call: CallFace): void {
  call.hideMe();
  announce(() => t('call.hidden'));
}
