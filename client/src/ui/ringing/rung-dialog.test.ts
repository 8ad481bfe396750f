import { mount } from '@vue/test-utils';
import { beforeEach, expect, it } from 'vitest';
import { nextTick, ref } from 'vue';
import type { RingAtHand, Standing } from '@/invites/rung-machine';
import { chooseLanguage, speakAlso } from '@/text';
import RungBanner from './RungBanner.vue';
import RungDialog from './RungDialog.vue';

function bannerOf(props: { talks?: 'here' | 'elsewhere' } = {}) {
  return mount(RungBanner, {
    props: { ring: rings('Ann'), link: 'Friends', talks: 'here', ...props },
    attachTo: document.body,
  });
}

beforeEach(async () => {
  localStorage.clear();
  await chooseLanguage('en');
  await speakAlso('being-rung');
});

const rings = (name: string, standing: Standing = { is: 'ringing', trouble: 'none' }): RingAtHand => ({
  ring: {
    ringId: 'AAECAwQFBgcICQoLDA0ODw',
    slug: 'AAECAwQFBgcICQoL',
    callId: 'q83vASNFZ4mrzQBkyAABAgMEBQYH',
    sealedKey: 'abc',
    state: 'ringing',
    madeAt: 0,
    expiresAt: 45_000,
  },
  words: { key: 'AAECAwQFBgcICQoLDA0ODw', name, back: null },
  until: 60_000,
  standing,
});

function dialogOf(ring: RingAtHand | null, looking = false) {
  const choices = { name: ref(''), camera: ref(true), microphone: ref(true) };
  const wrapper = mount(RungDialog, {
    props: { ring, looking, link: 'Friends', choices },
    attachTo: document.body,
  });
  const one = (id: string) => wrapper.find(`[data-testid="${id}"]`);
  return { wrapper, one, choices };
}

it('Who rings, by what name, and by which of the own links', () => {
  expect(dialogOf(rings('Ann')).wrapper.text()).toContain('Ann is calling');
  expect(dialogOf(rings('Ann')).wrapper.text()).toContain('It is the name they gave themselves.');
  const nameless = dialogOf(rings('')).wrapper.text();
  expect(nameless).toContain('Somebody is calling');
  expect(nameless).toContain('Through your ring link “Friends”');
  expect(nameless).not.toContain('the name they gave');
});

it('With what the person goes in is theirs to choose, and is remembered by the same choice as when ringing', async () => {
  const { one, choices } = dialogOf(rings('Ann'));
  await one('rung-camera').setValue(false);
  expect([choices.camera.value, choices.microphone.value]).toEqual([false, true]);
});

it('Escape makes the ringing stop and turns nobody away', async () => {
  const { wrapper } = dialogOf(rings('Ann'));
  await wrapper.find('dialog').trigger('cancel');
  expect(Object.keys(wrapper.emitted())).toEqual(expect.arrayContaining(['hush']));
  expect(wrapper.emitted('decline')).toBeUndefined();
});

it('Nothing is pressed twice while the server is asked', async () => {
  const { wrapper, one } = dialogOf(rings('Ann', { is: 'answering', unheard: false, heard: null }));
  await one('ring-accept').trigger('click');
  await one('ring-decline').trigger('click');
  expect([wrapper.emitted('accept'), wrapper.emitted('decline')]).toEqual([undefined, undefined]);
});

it('Who comes too late is told why; who opened a notification is told that it is being looked for', () => {
  expect(dialogOf(rings('Ann', { is: 'late', why: 'elsewhere' })).wrapper.text()).toContain(
    'Answered elsewhere',
  );
  expect(dialogOf(null).wrapper.text()).toContain('This call is over');
  expect(dialogOf(null, true).wrapper.text()).toContain('Looking who is calling');
});

it('What went wrong with an answer says what to do', () => {
  const { wrapper } = dialogOf(rings('Ann', { is: 'ringing', trouble: 'unheard' }));
  expect(wrapper.find('[role="alert"]').text()).toContain('then press Accept again');
});

it('In a call, answering says first that it ends the call', async () => {
  const wrapper = bannerOf();
  await wrapper.find('[data-testid="ring-accept"]').trigger('click');
  expect(wrapper.emitted('accept')).toBeUndefined();
  expect(wrapper.text()).toContain('you leave this call');
  await wrapper.find('[data-testid="ring-accept-leaving"]').trigger('click');
  expect(wrapper.emitted('accept')).toHaveLength(1);
  await nextTick();
});

it('In a call, busy is told apart from no', async () => {
  const wrapper = bannerOf();
  await wrapper.find('[data-testid="ring-busy"]').trigger('click');
  await wrapper.find('[data-testid="ring-decline"]').trigger('click');
  expect(wrapper.emitted('decline')).toEqual([[true], [false]]);
});

it('Whoever talks in another tab is told so, and can only turn the caller away here', () => {
  const wrapper = bannerOf({ talks: 'elsewhere' });
  expect(wrapper.text()).toContain('in another tab: answer there');
  expect(wrapper.find('[data-testid="ring-accept"]').exists()).toBe(false);
  expect(wrapper.find('[data-testid="ring-busy"]').exists()).toBe(true);
});

it('What went wrong with an answer is no longer said once the network is back', async () => {
  const { wrapper } = dialogOf(rings('Ann', { is: 'ringing', trouble: 'unheard' }));
  window.dispatchEvent(new Event('online'));
  await nextTick();
  expect(wrapper.find('[role="alert"]').text()).toBe('');
});

it('Who rings while a dialog is open closes it: what lies under one cannot be pressed', () => {
  const open = document.createElement('dialog');
  open.setAttribute('open', '');
  document.body.append(open);
  bannerOf();
  expect(open.open).toBe(false);
  open.remove();
});
