import './theme/tokens.css';
import './theme/base.css';
import './ui/call/control.css';
import { wasInCall } from './call/in-call-mark';
import { loadMeetingParts } from './call/meeting-parts';
import { callOf } from './calls/call-keys';
import { loaderFor } from './pages/loaders';
import { keepInstallOffer } from './pwa/install-offer';
import { loadWords, startingLanguage } from './text/languages';

// This file is tiny on purpose. While it arrives, the browser fetches what the page that was opened needs (the server
// names it in the answer's header); it asks for the language at the same moment, so that nothing waits in a row.

function sayThatItFailed(): void {
  const place = document.getElementById('app');
  // The words of the chosen language may be the very thing that did not come.
  if (place)
    place.innerText =
      'This page could not be loaded. Check your connection, then load it again.\n页面没能加载出来。请检查网络，然后重新加载。';
}

/** The longest (ms) that drawing a page waits for its call's beginning. */
const HEAD_START_MS = 40;

/**
 * A call begins before its page is drawn: camera, tab and socket answer while the page is being built, which keeps this
 * thread busy. A link that is none, or damaged, waits for the page that says so.
 */
async function beginCall(): Promise<void> {
  const link = callOf(location);
  if (!link) return;
  // Who was in it a moment ago goes straight back in, and has something to say at once.
  if (wasInCall(link.callId)) loadMeetingParts().catch(() => undefined);
  const { openAhead } = await import('./call/opened-call');
  const headStart = new Promise((resolve) => setTimeout(resolve, HEAD_START_MS));
  await Promise.race([openAhead(link.callId, location.hash.slice(1)), headStart]);
}

async function start(): Promise<void> {
  // All of it is asked for again, and its failures found, by those who need it.
  loadWords(startingLanguage()).catch(() => undefined);
  await beginCall().catch(() => undefined);
  loaderFor(location.pathname)().catch(() => undefined);
  const { startApp } = await import('./app');
  await startApp();
}

keepInstallOffer();
start().catch(sayThatItFailed);
