// What this browser remembers of a person's choices. Storage may be forbidden or full: then a choice lasts as long as
// the page, which is all that can be done and harms nobody.

const NAMESPACE = 'o-to-o:';

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(NAMESPACE + key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(NAMESPACE + key, value);
  } catch {
    // See above.
  }
}
