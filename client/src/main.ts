import './theme/tokens.css';
import './theme/base.css';
import './ui/call/control.css';
import { wasInCall } from './call/in-call-mark';
import { loadCallRun } from './call/load-call-run';
import { callOf } from './calls/call-keys';
import { handOverPicture } from './early/first-picture';
import { sayThatItFailed } from './page-failed';
import { loaderFor } from './pages/loaders';
import { keepInstallOffer } from './pwa/install-offer';
import { loadWords, startingLanguage } from './text/languages';

// This file is tiny on purpose. While it arrives, the browser fetches what the page that was opened needs (the server
// names it in the answer's header), so that nothing waits in a row.

/** The longest (ms) that what draws a page waits for its call's beginning. */
const HEAD_START_MS = 40;

/**
 * The same when *Join* was pressed in the lobby that stands in the page itself: the connection is being made in these very
 * moments, and drawing waits until the page shows the other person by itself (early/first-picture.ts).
 */
const JOINED_MS = { fetching: 60, drawing: 1500 };

const loadCall = () => import('./call/opened-call');

const wait = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A call begins before its page is drawn: camera, tab and socket answer while the page is being built. Resolves when there
 * is something to draw. A link that is none, or damaged, waits for the page that says so.
 */
async function beginCall(callId: string): Promise<void> {
  const { openAhead } = await loadCall();
  await openAhead(callId, location.hash.slice(1));
}

async function start(): Promise<void> {
  const link = callOf(location);
  const joined = window.begun?.hasJoined === true;
  // Who was in it a moment ago goes straight back in, and has something to say at once; so has who joined already.
  if (link && (joined || wasInCall(link.callId))) loadCallRun().catch(() => undefined);
  // The page finds out by itself when it does not come.
  if (link) await loadCall().catch(() => undefined);
  const begun = link ? beginCall(link.callId).catch(() => undefined) : Promise.resolve();
  await Promise.race([begun, wait(joined ? JOINED_MS.fetching : HEAD_START_MS)]);
  // All of it is asked for again, and its failures found, by those who need it.
  loadWords(startingLanguage()).catch(() => undefined);
  loaderFor(location.pathname)().catch(() => undefined);
  const { startApp } = await import('./app');
  if (joined) await Promise.race([begun, wait(JOINED_MS.drawing)]);
  await startApp();
  handOverPicture();
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
