import { parseCallLink, parseRingLink } from '@protocol';

/** What somebody pasted into the field for a link. */
export type Pasted =
  | { readonly is: 'empty' | 'wrong' }
  | { readonly is: 'here'; readonly callId: string; readonly key: string }
  /** Somebody who can be rung. */
  | { readonly is: 'ring'; readonly slug: string; readonly publicKey: string }
  /** A call, or somebody to be rung, of another server, which this one knows nothing of. `href`: where it is. */
  | { readonly is: 'elsewhere'; readonly host: string; readonly href: string };

/** The address before the call's id or the ring link's name: with its scheme, or as people type it, without. */
const ADDRESS = /(https?:\/\/[^\s"'<>#?]+|(?<![\w.-])(?:[\w-]+\.)+[\w-]+(?::\d+)?)\/[cr]\//i;

function addressIn(text: string): URL | null {
  const [, address] = ADDRESS.exec(text) ?? [];
  if (address === undefined) return null;
  try {
    return new URL(/^https?:/i.test(address) ? address : `https://${address}`);
  } catch {
    return null;
  }
}

/** What a text leads to, wherever that is. */
function linkIn(text: string): { readonly here: Pasted; readonly path: string } | null {
  const call = parseCallLink(text);
  if (call) return { here: { is: 'here', ...call }, path: `/c/${call.callId}#${call.key}` };
  const ring = parseRingLink(text);
  return ring && { here: { is: 'ring', ...ring }, path: `/r/${ring.slug}#${ring.publicKey}` };
}

/** Reads it. `host`: that of this page; `http` and `https` of one host are the same calls. */
export function readPasted(text: string, host: string): Pasted {
  if (text.trim() === '') return { is: 'empty' };
  // A mail may have broken the link in two.
  const link = linkIn(text) ?? linkIn(text.replace(/\s+/g, ''));
  if (!link) return { is: 'wrong' };
  const address = addressIn(text);
  if (!address || address.host === host) return link.here;
  const path = address.pathname.replace(/\/$/, '');
  return { is: 'elsewhere', host: address.host, href: `${address.origin}${path}${link.path}` };
}
