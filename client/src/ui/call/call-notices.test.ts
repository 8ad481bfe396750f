import { flushPromises, mount } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CallScreen, CallView } from '@/call/call-view';
import { chooseLanguage } from '@/text';
import { announcement } from '@/ui/kit/announcer';
import { openCall } from '@/ui/testing/mounting';

let opened: Awaited<ReturnType<typeof openCall>> | null = null;
const open = async (screen: CallScreen, shown: Partial<CallView> = {}) => {
  opened = await openCall(screen, shown);
  return opened;
};

afterEach(() => {
  opened?.wrapper.unmount();
  opened = null;
  vi.restoreAllMocks();
  document.body.innerHTML = '';
});

describe('What a call says beside its screens', () => {
  it('Who cannot be reached is told so while waiting, and until then nothing is said', async () => {
    const { one, show } = await open({ is: 'waiting' });
    expect(one('not-reachable').exists()).toBe(false);
    await show({ screen: { is: 'waiting', offline: true } });
    expect(one('not-reachable').text()).toContain('nobody can reach you');
    expect(one('not-reachable').element.closest('[role="status"]')).not.toBeNull();
    await show({ screen: { is: 'peer-left', offline: true } });
    expect(one('not-reachable').exists()).toBe(true);
    await show({ screen: { is: 'peer-left' } });
    expect(one('not-reachable').exists()).toBe(false);
  });

  it('Waiting for somebody who was here is not waiting for the first time', async () => {
    const { wrapper } = await open({ is: 'waiting', parted: true });
    expect(wrapper.text()).toContain('They have not come back. The same link brings them back.');
    expect(wrapper.text()).not.toContain('Send them this link');
  });

  it('Who is not heard sees it on the own picture, also when that is hidden', async () => {
    const { one, show, wrapper } = await open({ is: 'connected' }, { microphone: { is: 'on' } });
    expect(one('own-muted').exists()).toBe(false);
    await show({ microphone: { is: 'off' } });
    expect(one('own-muted').exists()).toBe(true);
    await wrapper.find('[aria-label="Hide your picture"]').trigger('click');
    expect(one('own-muted').element.closest('[style*="display: none"]')).toBeNull();
    expect(one('own-muted').attributes('aria-label')).toBe('Your microphone is off');
  });

  it('What is said aloud follows a change of the language, in its own punctuation', async () => {
    await open({ is: 'peer-left' });
    expect(announcement.value).toBe(
      'The other person has hung up. You can wait here: the same link brings them back.',
    );
    await chooseLanguage('zh-CN');
    expect(announcement.value).toBe('对方已挂断。你可以在这里等，对方打开同一个链接就能回来。');
  });

  it('Without its code the link is still copied and shared', async () => {
    vi.doMock('./LinkQr.vue', () => Promise.reject(new TypeError('Failed to fetch')));
    const complaints = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')];
    const { default: LinkSharing } = await import('./LinkSharing.vue');
    const wrapper = mount(LinkSharing, { props: { link: 'https://call.example/c/a#b' } });
    await flushPromises();
    await vi.dynamicImportSettled();
    await flushPromises();
    expect(wrapper.find('[data-testid="link-qr"]').exists()).toBe(false);
    expect(wrapper.find('[data-testid="copy-link"]').exists()).toBe(true);
    for (const complaint of complaints) expect(complaint).not.toHaveBeenCalled();
    vi.doUnmock('./LinkQr.vue');
    wrapper.unmount();
  });
});
