import { mount } from '@vue/test-utils';
import { expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import { chooseLanguage, speakAlso } from '@/text';
import type { KeptTrace } from '@/invites/invites-db';

vi.mock('vue-router', () => ({ useRouter: () => ({ push: vi.fn() }) }));
vi.mock('@/invites/traces', () => ({
  dropTrace: () => Promise.resolve(),
  listTraces: () => Promise.resolve([]),
}));

it('Of more than five who called the rest are counted; removing one leaves the focus on the next, and all go at once', async () => {
  await chooseLanguage('en');
  await speakAlso('being-rung');
  const [{ default: WhoCalled }, { traces }] = await Promise.all([
    import('./WhoCalled.vue'),
    import('./ringing'),
  ]);
  traces.value = Array.from({ length: 7 }, (_, index): KeptTrace => ({
    ringId: `ring-${index}`,
    slug: 'AAECAwQFBgcICQoL',
    state: 'missed',
    at: Date.now() - index,
    name: `Ann ${index}`,
    back: null,
  }));
  const wrapper = mount(WhoCalled, { attachTo: document.body });
  expect(wrapper.find('[data-testid="traces-more"]').text()).toBe('And 2 more');
  await wrapper.findAll('[data-testid="trace-dismiss"]')[0]?.trigger('click');
  await nextTick();
  expect(document.activeElement?.getAttribute('aria-label')).toContain('Remove: Ann 1');
  await wrapper.find('[data-testid="traces-remove-all"]').trigger('click');
  expect(wrapper.find('[data-testid="trace"]').exists()).toBe(false);
  wrapper.unmount();
});
