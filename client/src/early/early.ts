// The one script that stands in the page itself (build/early-page.ts puts it there), and runs before anything else has
// come. Somebody who opens a call's link for the first time sees its lobby at once, and what takes its time is asked for
// at once. Whatever needs a decision is left to the call's own scripts, and so is everything that fails here.
import { isKnownHere, wasInCall } from '@/call/in-call-mark';
import { callOf } from '@/calls/call-keys';
import { sayThatItFailed } from '@/page-failed';
import { startingLanguage } from '@/text/starting-language';
import { rememberedTheme, showTheme } from '@/theme/remembered-theme';
import { EarlyCall } from './early-call';
import { showLobby } from './early-lobby';

/** Nobody may ever look at a page that is drawn ahead; who was in this call before may have it open in another tab. */
function isLobbyOf(callId: string): boolean {
  const isAhead = 'prerendering' in document && document.prerendering === true;
  const isNew = !wasInCall(callId) && !isKnownHere(callId);
  const canCall = 'RTCPeerConnection' in window && isSecureContext && 'mediaDevices' in navigator;
  return isNew && canCall && !isAhead;
}

/** The scripts do not come: nothing stays on that nobody could switch off. */
function giveUp(call: EarlyCall): void {
  if (window.begun !== call) return;
  call.end();
  sayThatItFailed();
}

function begin(): void {
  showTheme(rememberedTheme());
  document.documentElement.lang = startingLanguage();
  const link = callOf(location);
  if (!link || !isLobbyOf(link.callId)) return;
  const call = new EarlyCall(link.callId, link.key);
  window.begun = call;
  // There is no body yet: a script that stood there would wait for the style sheet.
  document.addEventListener('DOMContentLoaded', () => showLobby(call));
  // Told to whom it happens, and to nobody above.
  window.addEventListener('error', ({ target }) => target instanceof HTMLScriptElement && giveUp(call), true);
}

begin();
