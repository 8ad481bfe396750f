import { mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineComponent, h, nextTick, ref, useTemplateRef } from 'vue';
import { useDoubleClickGuard } from './double-click';

const shown = ref('lobby');
let pressed: string[] = [];

const Page = defineComponent(() => {
  useDoubleClickGuard(useTemplateRef<HTMLElement>('root'), () => shown.value);
  return () =>
    h('main', { ref: 'root' }, [h('button', { onClick: () => pressed.push(shown.value) }, shown.value)]);
});

let page: ReturnType<typeof mount>;
beforeEach(() => {
  shown.value = 'lobby';
  pressed = [];
  page = mount(Page, { attachTo: document.body });
});
afterEach(() => {
  page.unmount();
});

/** A press at a place and a time (ms); false when its usual effect was prevented. */
function press(kind: 'mousedown' | 'click', at: number, x = 100, detail = 1): boolean {
  const event = new MouseEvent(kind, { clientX: x, clientY: 100, detail, bubbles: true, cancelable: true });
  Object.defineProperty(event, 'timeStamp', { value: at });
  return page.find('button').element.dispatchEvent(event);
}

async function changeTo(screen: string): Promise<void> {
  shown.value = screen;
  await nextTick();
}

describe('A double click', () => {
  it('means what was there at its first half: the second presses nothing new, and marks no text', async () => {
    press('mousedown', 0);
    press('click', 80);
    await changeTo('waiting');
    expect(press('mousedown', 200)).toBe(false);
    expect(press('click', 280)).toBe(false);
    expect(pressed).toEqual(['lobby']);
  });

  it('may be a triple click', async () => {
    press('click', 0);
    await changeTo('waiting');
    press('click', 200);
    press('click', 400);
    expect(pressed).toEqual(['lobby']);
  });

  it('is over after half a second', async () => {
    press('click', 0);
    await changeTo('ended');
    expect(press('click', 501)).toBe(true);
    expect(pressed).toEqual(['lobby', 'ended']);
  });

  it('is none at another place, however quick', async () => {
    press('click', 0);
    await changeTo('ended');
    press('click', 100, 160);
    expect(pressed).toEqual(['lobby', 'ended']);
  });

  it('on the same screen is two clicks', () => {
    press('click', 0);
    press('click', 100);
    expect(pressed).toEqual(['lobby', 'lobby']);
  });

  it('Its second half does not even begin to press what took the place of the first', async () => {
    const touch = (at: number): boolean => {
      const event = new PointerEvent('pointerdown', { clientX: 100, clientY: 100, bubbles: true });
      Object.defineProperty(event, 'timeStamp', { value: at });
      let heard = false;
      const listen = (): void => void (heard = true);
      page.find('button').element.addEventListener('pointerdown', listen, { once: true });
      page.find('button').element.dispatchEvent(event);
      page.find('button').element.removeEventListener('pointerdown', listen);
      return heard;
    };
    expect(touch(0)).toBe(true);
    press('click', 80);
    await changeTo('waiting');
    expect(touch(200)).toBe(false);
    expect(touch(800)).toBe(true);
  });

  it('Keys are never held back', async () => {
    press('click', 0);
    await changeTo('ended');
    press('click', 100, 100, 0);
    expect(pressed).toEqual(['lobby', 'ended']);
  });
});
