import './theme/tokens.css';
import './theme/base.css';
import './ui/call/control.css';
import { wasInCall } from './call/in-call-mark';
import { loadMeetingParts } from './call/meeting-parts';
import { callOf } from './calls/call-keys';
import { sayThatItFailed } from './page-failed';
import { loaderFor } from './pages/loaders';
import { keepInstallOffer } from './pwa/install-offer';
import { loadWords, startingLanguage } from './text/languages';

// This file is tiny on purpose. While it arrives, the browser fetches what the page that was opened needs (the server
// names it in the answer's header), so that nothing waits in a row.

/** The longest (ms) that drawing a page waits for its call's beginning. */
const HEAD_START_MS = 40;

/**
 * The same when *Join* was pressed in the lobby that stands in the page itself: drawing would keep this thread, and small
 * machines, from the connection that is being made in these very moments.
 */
const JOINED_MS = 1000;

const loadCall = () => import('./call/opened-call');

/**
 * A call begins before its page is drawn: camera, tab and socket answer while the page is being built, which keeps this
 * thread busy. A link that is none, or damaged, waits for the page that says so.
 */
async function beginCall(): Promise<void> {
  const link = callOf(location);
  if (!link) return;
  const joined = window.begun?.hasJoined === true;
  // Who was in it a moment ago goes straight back in, and has something to say at once; so has who joined already.
  if (joined || wasInCall(link.callId)) loadMeetingParts().catch(() => undefined);
  const { openAhead } = await loadCall();
  const opened = openAhead(link.callId, location.hash.slice(1));
  const headStart = new Promise((resolve) => setTimeout(resolve, joined ? JOINED_MS : HEAD_START_MS));
  await Promise.race([opened, headStart]);
}

async function start(): Promise<void> {
  await beginCall().catch(() => undefined);
  // All of it is asked for again, and its failures found, by those who need it.
  loadWords(startingLanguage()).catch(() => undefined);
  loaderFor(location.pathname)().catch(() => undefined);
  const { startApp } = await import('./app');
  await startApp();
}

/** Nobody stays in a call, or before a camera, that cannot be seen to be on. */
function fail(): void {
  window.begun?.end();
  if (callOf(location))
    loadCall().then(
      ({ endAhead }) => endAhead(),
      () => undefined,
    );
  sayThatItFailed();
}

keepInstallOffer();
start().catch(fail);
