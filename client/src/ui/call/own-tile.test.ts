import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { chooseLanguage, speakAlso } from '@/text';
import { fakeCall } from '@/ui/testing/fake-call';
import { cornerByKey, nearestCorner, nextCorner, type Corner } from './corners';
import OwnTile from './OwnTile.vue';
import { fitFor } from './picture-fit';

describe('The own picture', () => {
  it('rests in the corner it was dropped nearest to', () => {
    const area = { width: 400, height: 800 };
    expect(nearestCorner({ x: 10, y: 700 }, area)).toEqual({ x: 0, y: 1 });
    expect(nearestCorner({ x: 390, y: 10 }, area)).toEqual({ x: 1, y: 0 });
  });

  it('reaches every corner by pressing alone', () => {
    const seen = new Set<string>();
    let corner: Corner = { x: 1, y: 0 };
    for (let press = 0; press < 4; press += 1) {
      seen.add(`${corner.x}${corner.y}`);
      corner = nextCorner(corner);
    }
    expect(seen.size).toBe(4);
    expect(corner).toEqual({ x: 1, y: 0 });
  });

  it('follows the arrow keys and no others', () => {
    expect(cornerByKey({ x: 1, y: 0 }, 'ArrowLeft')).toEqual({ x: 0, y: 0 });
    expect(cornerByKey({ x: 1, y: 0 }, 'ArrowDown')).toEqual({ x: 1, y: 1 });
    expect(cornerByKey({ x: 1, y: 0 }, 'Enter')).toBeNull();
  });
});

describe('The other person’s picture', () => {
  it('fills the screen where little of it is cut away', () => {
    expect(fitFor({ width: 1280, height: 720 }, { width: 1280, height: 800 })).toBe('cover');
    expect(fitFor({ width: 480, height: 640 }, { width: 390, height: 844 })).toBe('cover');
  });

  it('is shown whole where the person would be cut away', () => {
    expect(fitFor({ width: 1280, height: 720 }, { width: 390, height: 844 })).toBe('contain');
    expect(fitFor({ width: 480, height: 640 }, { width: 1280, height: 720 })).toBe('contain');
  });

  it('fills the screen as long as its shape is not known', () => {
    expect(fitFor({ width: 0, height: 0 }, { width: 390, height: 844 })).toBe('cover');
  });
});

describe('The own picture on the page', () => {
  const point = (type: string, x: number, y: number) =>
    new PointerEvent(type, { button: 0, clientX: x, clientY: y, bubbles: true });

  async function open() {
    await chooseLanguage('en');
    await speakAlso('in-call');
    HTMLElement.prototype.setPointerCapture = () => undefined;
    const wrapper = mount(OwnTile, {
      props: { call: fakeCall({ is: 'connected' }), lifted: false, hidden: false },
    });
    const picture = wrapper.find('.picture');
    const corner = () => wrapper.find('.tile').attributes('style') ?? '';
    const drag = () => {
      picture.element.dispatchEvent(point('pointerdown', 0, 0));
      picture.element.dispatchEvent(point('pointermove', -40, 90));
      picture.element.dispatchEvent(point('pointerup', -40, 90));
    };
    return { wrapper, picture, corner, drag };
  }

  it('a press moves it one corner on, and so does an arrow key', async () => {
    const { picture, corner } = await open();
    expect(corner()).toContain('--x: 1; --y: 0');
    await picture.trigger('click');
    expect(corner()).toContain('--x: 1; --y: 1');
    await picture.trigger('keydown', { key: 'ArrowLeft' });
    expect(corner()).toContain('--x: 0; --y: 1');
  });

  it('the click a mouse sends after a drag is no press, and the next press is one', async () => {
    const { picture, corner, drag, wrapper } = await open();
    drag();
    await wrapper.vm.$nextTick();
    const rested = corner();
    await picture.trigger('click');
    expect(corner()).toBe(rested);
    drag();
    picture.element.dispatchEvent(point('pointerdown', 0, 0));
    picture.element.dispatchEvent(point('pointerup', 0, 0));
    await picture.trigger('click');
    expect(corner()).not.toBe(rested);
  });

  it('can be hidden and shown again', async () => {
    const { wrapper } = await open();
    await wrapper.find('[aria-label="Hide your picture"]').trigger('click');
    expect(wrapper.emitted('update:hidden')).toEqual([[true]]);
    await wrapper.setProps({ hidden: true });
    await wrapper.find('[aria-label="Show your picture"]').trigger('click');
    expect(wrapper.emitted('update:hidden')).toEqual([[true], [false]]);
  });
});
