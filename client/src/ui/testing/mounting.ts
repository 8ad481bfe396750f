import { mount } from '@vue/test-utils';
import { nextTick, type Component } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import type { CallScreen, CallView } from '@/call/call-view';
import { makeRouter } from '@/router';
import { chooseLanguage } from '@/text';
import CallScreens from '@/ui/call/CallScreens.vue';
import { loadStage } from '@/ui/call/stage';
import { fakeCall } from './fake-call';

/** A page at an address, in English. */
export async function openPage(page: Component, at = '/') {
  await chooseLanguage('en');
  const router = makeRouter(createMemoryHistory());
  await router.push(at);
  const wrapper = mount(page, { attachTo: document.body, global: { plugins: [router] } });
  return { wrapper, router };
}

/** For the links of a screen; the pages they lead to are not needed. */
const noPages = () =>
  createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:anywhere(.*)*', component: { render: () => null } }],
  });

/** One screen of a call, in English; `show` changes what the call is. */
export async function openCall(screen: CallScreen, shown: Partial<CallView> = {}) {
  await chooseLanguage('en');
  await loadStage();
  const call = fakeCall(screen, shown);
  const wrapper = mount(CallScreens, {
    props: { call },
    attachTo: document.body,
    global: { plugins: [noPages()] },
  });
  await nextTick();
  const one = (testId: string) => wrapper.find(`[data-testid="${testId}"]`);
  const show = async (next: Partial<CallView>): Promise<void> => {
    Object.assign(call, next);
    await nextTick();
    await nextTick();
  };
  return { call, wrapper, one, show };
}
