/** The browser's offer to install the app (Chromium), and who wants to hear of it. In the first load: little. */
export const installOffer: { event: Event | null; changed: () => void } = {
  event: null,
  changed: () => undefined,
};

/** It comes once, and early: it is kept for the page to ask, where the browser would cover the page with it. */
export function keepInstallOffer(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    installOffer.event = event;
    installOffer.changed();
  });
}
