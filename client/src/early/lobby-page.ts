import type { Dictionary, Language } from '../text/languages';
import { ICONS } from '../ui/kit/icons';

// The lobby as a page's text. That it is what ui/call/LobbyScreen.vue draws while the devices start is tested.

/** Where a page keeps it. */
export const lobbyId = (language: Language): string => `lobby-${language}`;

export const joiningId = (language: Language): string => `joining-${language}`;

const toggle = (kind: 'camera' | 'microphone', words: Dictionary): string =>
  `<button type="button" class="control starting" data-testid="toggle-${kind}" aria-pressed="false">` +
  `<span class="disc"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[kind]}"></path></svg></span>` +
  `<span class="caption">${words[`device.${kind}`]}</span></button>`;

/** Words hold nothing that HTML would read otherwise: also tested. */
export const lobbyPage = (words: Dictionary): string =>
  `<main tabindex="-1"><div class="page"><section class="lobby" data-testid="lobby">` +
  `<div class="mirror">` +
  `<video class="preview mirrored" hidden data-testid="preview-video" aria-label="${words['lobby.preview']}" autoplay muted playsinline></video>` +
  `<div class="no-picture"><span class="dot"></span><p>${words['lobby.camera-starting']}</p></div>` +
  `</div>` +
  `<div class="beside">` +
  `<div class="words"><h1>${words['lobby.title']}</h1><p class="soft">${words['lobby.detail']}</p></div>` +
  `<div class="toggles">${toggle('microphone', words)}${toggle('camera', words)}</div>` +
  `<button type="button" class="button button--main join" data-testid="join-call" aria-describedby="address">${words['lobby.join']}</button>` +
  `<p id="address" class="soft small">${words['lobby.address']}</p>` +
  `<details class="choose"><summary class="button button--plain">${words['device.choose']}</summary></details>` +
  `</div></section></div></main>`;

/** What *Join* leads to, until the app draws the call. */
export const joiningPage = (words: Dictionary): string =>
  `<main tabindex="-1"><section data-testid="call" data-state="entering" aria-label="${words['call.name']}">` +
  `<div class="page"><div class="column centred"><h1>${words['call.entering']}</h1></div></div></section></main>`;
