/**
 * Calls back at the moments when a page should look after its connections at once: the network came back or changed, the
 * page was shown again or taken out of the browser's cache. Returns how to stop.
 */
export function watchNetwork(changed: () => void): () => void {
  const shown = () => {
    if (document.visibilityState === 'visible') changed();
  };
  // Chromium only; the one event that tells of Wi-Fi → mobile without an interruption.
  const network: unknown = Reflect.get(navigator, 'connection');
  const connection = network instanceof EventTarget ? network : null;
  window.addEventListener('online', changed);
  window.addEventListener('pageshow', changed);
  document.addEventListener('visibilitychange', shown);
  connection?.addEventListener('change', changed);
  return () => {
    window.removeEventListener('online', changed);
    window.removeEventListener('pageshow', changed);
    document.removeEventListener('visibilitychange', shown);
    connection?.removeEventListener('change', changed);
  };
}
