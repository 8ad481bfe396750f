import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeCall } from '@/ui/testing/fake-call';

// Every test has a page of its own, in which the stage has not come yet.
beforeEach(() => {
  vi.resetModules();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.doUnmock('./late-screens');
});

describe('The stage of a call', () => {
  it('Before it has come, the page says where the call is', async () => {
    vi.doMock('./late-screens', () => new Promise(() => undefined));
    const { mount } = await import('@vue/test-utils');
    const { chooseLanguage } = await import('@/text');
    await chooseLanguage('en');
    const { default: CallScreens } = await import('./CallScreens.vue');
    const wrapper = mount(CallScreens, { props: { call: fakeCall({ is: 'waiting' }) } });
    expect(wrapper.find('[data-testid="call"]').attributes('data-state')).toBe('waiting');
    expect(wrapper.find('h1').text()).toBe('Waiting for the other person');
    wrapper.unmount();
  });

  it('When it does not come, the page is loaded again once the server answers, and not before', async () => {
    vi.useFakeTimers();
    vi.doMock('./late-screens', () => Promise.reject(new TypeError('Failed to fetch')));
    const answers = vi.fn<() => Promise<Response>>();
    answers.mockRejectedValueOnce(new TypeError('Failed to fetch')).mockResolvedValue(new Response());
    vi.stubGlobal('fetch', answers);
    const reload = vi.fn();
    const { bringStage } = await import('./stage');
    const brought = bringStage(reload);
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(3000);
      expect(answers).toHaveBeenCalledTimes(1);
    });
    expect(reload).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(3000);
    await brought;
    expect(reload).toHaveBeenCalledTimes(1);
  });
});
