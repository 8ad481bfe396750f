import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseLanguage, speakAlso } from '@/text';
import RemotePicture from './RemotePicture.vue';

const notAllowed = () => new DOMException('the person has not touched the page yet', 'NotAllowedError');

async function open() {
  const wrapper = mount(RemotePicture, {
    props: { stream: new MediaStream(), pictureOn: true, together: true, frozen: false },
    attachTo: document.body,
  });
  await flushPromises();
  const { element } = wrapper.find('video');
  const tap = () => wrapper.find('button');
  return { wrapper, element, tap };
}

beforeEach(async () => {
  await chooseLanguage('en');
  await speakAlso('in-call');
});
afterEach(() => {
  vi.restoreAllMocks();
  document.body.innerHTML = '';
});

describe('The other person’s sound', () => {
  it('plays without a tap where the browser lets it', async () => {
    vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue();
    const { element, tap } = await open();
    expect(element.muted).toBe(false);
    expect(tap().exists()).toBe(false);
  });

  it('Where the browser wants a tap first, the picture runs silently and one tap brings the sound', async () => {
    const play = vi.spyOn(HTMLMediaElement.prototype, 'play').mockImplementation(function (
      this: HTMLMediaElement,
    ) {
      return this.muted ? Promise.resolve() : Promise.reject(notAllowed());
    });
    const { element, tap } = await open();
    expect(element.muted).toBe(true);
    expect(tap().text()).toBe('Tap to hear them');
    play.mockResolvedValue();
    await tap().trigger('click');
    expect(element.muted).toBe(false);
    expect(tap().exists()).toBe(false);
  });

  it('Silenced by the system, it goes on by itself, or with one tap where the browser wants one', async () => {
    const play = vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue();
    const { element, tap, wrapper } = await open();
    const before = play.mock.calls.length;
    element.dispatchEvent(new Event('pause'));
    expect(play).toHaveBeenCalledTimes(before + 1);
    play.mockImplementation(function (this: HTMLMediaElement) {
      return this.muted ? Promise.resolve() : Promise.reject(notAllowed());
    });
    element.dispatchEvent(new Event('pause'));
    await flushPromises();
    expect(tap().text()).toBe('Tap to hear them');
    wrapper.unmount();
  });

  it('A stream that was replaced while it started asks for no tap', async () => {
    vi.spyOn(HTMLMediaElement.prototype, 'play').mockRejectedValue(
      new DOMException('replaced', 'AbortError'),
    );
    const { element, tap } = await open();
    expect(element.muted).toBe(false);
    expect(tap().exists()).toBe(false);
  });
});
