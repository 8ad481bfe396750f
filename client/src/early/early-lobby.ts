import type { DeviceKind } from '@/media/local-media';
import { startingLanguage } from '@/text/starting-language';
import { doubleClickGuard, PRESSES } from '@/ui/call/double-click-guard';
import { letterOf, WRITTEN_INTO } from '@/ui/call/letter-of';
import type { EarlyCall } from './early-call';
import { joiningId, lobbyId } from './lobby-page';

const KINDS: readonly DeviceKind[] = ['camera', 'microphone'];

function show(place: HTMLElement, id: string): Element | null {
  const page = document.getElementById(id);
  if (page instanceof HTMLTemplateElement) place.replaceChildren(page.content.cloneNode(true));
  return place.firstElementChild;
}

/** The lobby as it stands in the page, until the app draws the same in its place. What is pressed in it is done. */
export function showLobby(call: EarlyCall): void {
  const place = document.getElementById('app');
  if (!place || place.firstChild) return;
  /** What stands there now; gone once the app draws. */
  let standing = show(place, lobbyId(startingLanguage()));
  const control = (testId: string): Element | null => place.querySelector(`[data-testid="${testId}"]`);

  function turn(kind: DeviceKind, to: 'on' | 'off'): void {
    call.switchTo(kind, to);
    control(`toggle-${kind}`)?.classList.toggle('off', to === 'off');
  }
  for (const kind of KINDS)
    control(`toggle-${kind}`)?.addEventListener('click', () => {
      turn(kind, call.switched.get(kind) === 'off' ? 'on' : 'off');
    });
  const join = control('join-call');
  join?.addEventListener('click', () => {
    call.join();
    standing = show(place, joiningId(startingLanguage()));
  });
  // As long as nobody else listens to it: see ui/call/CallScreens.vue.
  window.addEventListener('keydown', (event) => {
    if (place.contains(standing) && letterOf(event, WRITTEN_INTO) === 'h')
      for (const kind of KINDS) turn(kind, 'off');
  });
  // The second of two clicks on Join may find the call already there.
  const guard = doubleClickGuard(() => (call.hasJoined ? 'call' : 'lobby'));
  for (const kind of PRESSES) place.addEventListener(kind, guard, { capture: true });
}
