import { computed, ref } from 'vue';
import { recall, remember } from '@/ui/remembered';
import { installOffer } from './install-offer';

const HINT = 'install-hint';

const offered = ref(false);
const dismissed = ref(recall(HINT) !== null);

const look = (): void => void (offered.value = installOffer.event !== null);
installOffer.changed = look;
look();

const forgetOffer = (): void => {
  installOffer.event = null;
  look();
};
addEventListener('appinstalled', forgetOffer);

/** Opened from a home screen, or as a window of its own. */
const isInstalled = (): boolean =>
  matchMedia('(display-mode: standalone)').matches ||
  ('standalone' in navigator && navigator.standalone === true);

/**
 * Safari on a phone or tablet: it installs, but lets no page ask. iPads say that they are Macs, which have no touch screen;
 * other browsers there have a sign of their own.
 */
function isSafariOnPhone(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  const isApple =
    /iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes('Macintosh') && maxTouchPoints > 1);
  return isApple && !/CriOS|FxiOS|EdgiOS|OPT\//.test(userAgent);
}

/** How the app can be installed from here, if at all. */
export const installBy = computed<'button' | 'steps' | null>(() => {
  if (isInstalled()) return null;
  if (offered.value) return 'button';
  return isSafariOnPhone() ? 'steps' : null;
});

/** Unless somebody said that they do not want to hear of it. */
export const isHintWanted = computed(() => !dismissed.value && installBy.value !== null);

/** For good. */
export function dismissHint(): void {
  dismissed.value = true;
  remember(HINT, 'no');
}

/** What is used of the browser's offer (Chromium; no standard). */
const canAsk = (event: object | null): event is { prompt(): Promise<unknown> } =>
  event !== null && 'prompt' in event;

/** Asks the person; the browser takes each offer for one question. */
export async function install(): Promise<void> {
  const { event } = installOffer;
  forgetOffer();
  if (canAsk(event)) await event.prompt();
}
