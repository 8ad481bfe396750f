import type { KeepFrame, KeepLink } from '@/channel/keep-frames';

/**
 * Two people keep each other only if both say so. A wish of one is never shown to the other: the other page knows it, and
 * says nothing until its own person has pressed, too.
 */
export type Keep =
  /** There is somebody, and nobody said anything. */
  | { readonly is: 'possible' }
  /** They would; this person does not know it. */
  | { readonly is: 'wanted' }
  /** This person would. */
  | { readonly is: 'willing' }
  /** Both would: ring links are exchanged. */
  | { readonly is: 'agreed'; readonly own: KeepLink | null; readonly theirs: KeepLink | null }
  | { readonly is: 'kept'; readonly own: KeepLink; readonly theirs: KeepLink }
  /** Both would, and no ring link could be made here; it can be tried again. */
  | { readonly is: 'failed'; readonly theirs: 'willing' | 'not' }
  /** The way between the two is closed. `half`: what they were sent may have arrived, theirs did not. */
  | { readonly is: 'over'; readonly how: 'unsaid' | 'unanswered' | 'half' };

export type KeepInput =
  | { readonly type: 'press' }
  | { readonly type: 'take-back' }
  | { readonly type: 'heard'; readonly frame: KeepFrame }
  /** The own ring link for them; null: it could not be made. */
  | { readonly type: 'made'; readonly link: KeepLink | null }
  /** The same two pages have a new way between them: what was said on the old one may be lost. */
  | { readonly type: 'reopened' }
  | { readonly type: 'closed' };

export type KeepEffect =
  | { readonly type: 'say'; readonly frame: KeepFrame }
  | { readonly type: 'make-link' }
  /** Nobody has it, or nobody will use it. */
  | { readonly type: 'take-back-link'; readonly link: KeepLink }
  /** `own`: the ring link that is theirs, to be called like them. */
  | { readonly type: 'keep-person'; readonly theirs: KeepLink; readonly own: KeepLink };

export interface KeepStep {
  readonly keep: Keep;
  readonly effects: readonly KeepEffect[];
}

export const nothingSaid: Keep = { is: 'possible' };

const same = (keep: Keep): KeepStep => ({ keep, effects: [] });
const say = (willing: boolean): KeepEffect => ({ type: 'say', frame: { type: 'keep', willing } });
const sayLink = (link: KeepLink): KeepEffect => ({ type: 'say', frame: { type: 'keep-link', ...link } });

const agreed = (effects: readonly KeepEffect[]): KeepStep => ({
  keep: { is: 'agreed', own: null, theirs: null },
  effects: [...effects, { type: 'make-link' }],
});

/** Nobody gets something for nothing: theirs is kept once the own one is sent. */
function exchanged(own: KeepLink, theirs: KeepLink, effects: readonly KeepEffect[]): KeepStep {
  return {
    keep: { is: 'kept', own, theirs },
    effects: [...effects, { type: 'keep-person', theirs, own }],
  };
}

function press(keep: Keep): KeepStep {
  if (keep.is === 'possible') return { keep: { is: 'willing' }, effects: [say(true)] };
  if (keep.is === 'wanted') return agreed([say(true)]);
  if (keep.is !== 'failed') return same(keep);
  return keep.theirs === 'willing' ? agreed([say(true)]) : { keep: { is: 'willing' }, effects: [say(true)] };
}

function theySay(keep: Keep, willing: boolean): KeepStep {
  switch (keep.is) {
    case 'possible':
    case 'wanted':
      return same({ is: willing ? 'wanted' : 'possible' });
    case 'willing':
      return willing ? agreed([]) : same(keep);
    case 'failed':
      return same({ is: 'failed', theirs: willing ? 'willing' : 'not' });
    case 'agreed':
      if (willing) return same(keep);
      // They took it back, or could make no link; a link that crossed it on the way is nobody's.
      return {
        keep: { is: 'willing' },
        effects: keep.own ? [{ type: 'take-back-link', link: keep.own }] : [],
      };
    default:
      return same(keep);
  }
}

function heard(keep: Keep, frame: KeepFrame): KeepStep {
  if (frame.type === 'keep') return theySay(keep, frame.willing);
  if (keep.is !== 'agreed') return same(keep);
  const { type: _, ...theirs } = frame;
  return keep.own ? exchanged(keep.own, theirs, []) : same({ ...keep, theirs });
}

function made(keep: Keep, link: KeepLink | null): KeepStep {
  const unused: KeepEffect[] = link ? [{ type: 'take-back-link', link }] : [];
  if (keep.is !== 'agreed' || keep.own) return { keep, effects: unused };
  if (!link) return { keep: { is: 'failed', theirs: 'willing' }, effects: [say(false)] };
  const sent = [sayLink(link)];
  if (keep.theirs) return exchanged(link, keep.theirs, sent);
  return { keep: { ...keep, own: link }, effects: sent };
}

/** What was said before, once more. */
function reopened(keep: Keep): KeepStep {
  if (keep.is === 'willing') return { keep, effects: [say(true)] };
  if (keep.is !== 'agreed' && keep.is !== 'kept') return same(keep);
  return { keep, effects: [say(true), ...(keep.own ? [sayLink(keep.own)] : [])] };
}

function closed(keep: Keep): KeepStep {
  switch (keep.is) {
    case 'possible':
    case 'wanted':
    case 'failed':
      return same({ is: 'over', how: 'unsaid' });
    case 'willing':
      return same({ is: 'over', how: 'unanswered' });
    case 'agreed':
      return same({ is: 'over', how: keep.own ? 'half' : 'unanswered' });
    default:
      return same(keep);
  }
}

/** One step of keeping each other, on one side. Pure; what does not fit is late and ignored. */
export function stepKeep(keep: Keep, input: KeepInput): KeepStep {
  switch (input.type) {
    case 'press':
      return press(keep);
    case 'take-back':
      return keep.is === 'willing' ? { keep: { is: 'possible' }, effects: [say(false)] } : same(keep);
    case 'heard':
      return heard(keep, input.frame);
    case 'made':
      return made(keep, input.link);
    case 'reopened':
      return reopened(keep);
    case 'closed':
      return closed(keep);
  }
}
