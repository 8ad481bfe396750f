/** Whether the person has the page before them: on a phone, another app or the lock screen may be. */
export interface PageView {
  isSeen(): boolean;
  /** Calls back each time the page is seen again. Returns how to stop. */
  onSeen(seen: () => void): () => void;
}

const isSeen = (): boolean => document.visibilityState === 'visible';

export const pageView: PageView = {
  isSeen,
  onSeen(seen) {
    const look = (): void => {
      if (isSeen()) seen();
    };
    document.addEventListener('visibilitychange', look);
    // Taken out of the browser's cache of pages, which tells nothing else.
    window.addEventListener('pageshow', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('pageshow', look);
    };
  },
};
