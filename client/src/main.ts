import './theme/tokens.css';
import './theme/base.css';
import './ui/call/control.css';
import { loaderFor } from './pages/loaders';
import { loadWords, startingLanguage } from './text/languages';

// This file is tiny on purpose. While it arrives, the browser fetches the frame of all pages (preloaded by index.html);
// it asks for the page that was opened and for its language at the same moment, so that nothing waits in a row.

function sayThatItFailed(): void {
  const place = document.getElementById('app');
  // The words of the chosen language may be the very thing that did not come.
  if (place)
    place.innerText =
      'This page could not be loaded. Check your connection, then load it again.\n页面没能加载出来。请检查网络，然后重新加载。';
}

async function start(): Promise<void> {
  // Asked for again, and their failures found, by those who need them.
  loaderFor(location.pathname)().catch(() => undefined);
  loadWords(startingLanguage()).catch(() => undefined);
  const { startApp } = await import('./app');
  await startApp();
}

start().catch(sayThatItFailed);
