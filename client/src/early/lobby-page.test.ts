import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { chooseLanguage } from '@/text';
import { en } from '@/text/en';
import { zhCN } from '@/text/zh-CN';
import CallScreens from '@/ui/call/CallScreens.vue';
import { fakeCall } from '@/ui/testing/fake-call';
import { lobbyPage } from './lobby-page';

/** What is seen of a piece of a page, and what it is to programs; not what draws it, nor what only the app can fill. */
function seen(root: Element): string {
  const copy = root.cloneNode(true) as Element;
  for (const mine of copy.querySelectorAll('.problems:empty, .choose > :not(summary)')) mine.remove();
  const lines: string[] = [];
  const tell = (element: Element, depth: number): void => {
    const attributes = [...element.attributes]
      .filter(({ name }) => !name.startsWith('data-v-'))
      .map(({ name, value }) => `${name}=${value}`)
      .sort();
    const own = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
    const words = own.map(({ textContent }) => textContent?.trim()).join('');
    lines.push(`${' '.repeat(depth)}${element.tagName.toLowerCase()} ${attributes.join(' ')} ${words}`);
    for (const child of element.children) tell(child, depth + 1);
  };
  tell(copy, 0);
  return lines.join('\n');
}

describe.each([
  ['en', en],
  ['zh-CN', zhCN],
] as const)('the lobby that stands in the page itself (%s)', (language, words) => {
  it('is the one that the app draws in its place, so that nothing jumps', async () => {
    await chooseLanguage(language);
    const starting = { is: 'starting' } as const;
    const drawn = mount(CallScreens, {
      props: { call: fakeCall({ is: 'lobby' }, { camera: starting, microphone: starting }) },
      attachTo: document.body,
    });
    const page = document.createElement('template');
    page.innerHTML = lobbyPage(words);
    const written = page.content.firstElementChild;
    if (!written) throw new Error('Nothing is written.');
    expect(seen(written)).toBe(seen(drawn.element as Element));
    drawn.unmount();
  });

  it('holds no word that HTML would read otherwise', () => {
    for (const [key, sentence] of Object.entries(words))
      if (/^(lobby|device|call\.(entering|name))/.test(key)) expect(sentence).not.toMatch(/[<>&"]/);
  });
});
