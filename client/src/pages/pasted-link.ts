import { parseCallLink } from '@protocol';

/** What somebody pasted into the field for a link. */
export type Pasted =
  | { readonly is: 'empty' | 'wrong' }
  | { readonly is: 'here'; readonly callId: string; readonly key: string }
  /** A call of another server, which this one knows nothing of. `href`: where it is. */
  | { readonly is: 'elsewhere'; readonly host: string; readonly href: string };

/** The address before the call's id: with its scheme, or as people type it, without. */
const ADDRESS = /(https?:\/\/[^\s"'<>#?]+|(?<![\w.-])(?:[\w-]+\.)+[\w-]+(?::\d+)?)\/c\//i;

function addressIn(text: string): URL | null {
  const [, address] = ADDRESS.exec(text) ?? [];
  if (address === undefined) return null;
  try {
    return new URL(/^https?:/i.test(address) ? address : `https://${address}`);
  } catch {
    return null;
  }
}

/** Reads it. `host`: that of this page; `http` and `https` of one host are the same calls. */
export function readPasted(text: string, host: string): Pasted {
  if (text.trim() === '') return { is: 'empty' };
  // A mail may have broken the link in two.
  const link = parseCallLink(text) ?? parseCallLink(text.replace(/\s+/g, ''));
  if (!link) return { is: 'wrong' };
  const address = addressIn(text);
  if (!address || address.host === host) return { is: 'here', ...link };
  const path = address.pathname.replace(/\/$/, '');
  return {
    is: 'elsewhere',
    host: address.host,
    href: `${address.origin}${path}/c/${link.callId}#${link.key}`,
  };
}
