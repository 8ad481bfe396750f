/** What the start page was opened for, by the app's own ways to it (public/manifest.webmanifest). */
export type OpenedFor =
  | { readonly is: 'start' }
  /** Somebody shared this to the app; a link may stand anywhere in it. */
  | { readonly is: 'shared'; readonly text: string };

type Query = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A page drawn ahead, for somebody who may never look at it, makes no call (Chromium 108 and later). */
const isAhead = (): boolean => 'prerendering' in document && document.prerendering === true;

/** Null: for nothing in particular. */
export function openedFor(query: Query): OpenedFor | null {
  if ('start' in query) return isAhead() ? null : { is: 'start' };
  // Android's apps put a link into any of them.
  const text = [query['url'], query['text'], query['title']].map(textOf).join(' ').trim();
  return text === '' ? null : { is: 'shared', text };
}
