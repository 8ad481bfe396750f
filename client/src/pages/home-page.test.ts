import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isCallKey } from '@protocol';
import { openPage } from '@/ui/testing/mounting';
import HomePage from './HomePage.vue';

// The call's own page is another program to this test: opening it would ask for a camera.
vi.mock('./CallPage.vue', () => ({ default: { template: '<h1>the call</h1>' } }));

const CALL_ID = 'q83vASNFZ4mrzQBkyAABAgMEBQYH';
const KEY = 'AAECAwQFBgcICQoLDA0ODw';

const answer = (status: number, body: unknown): void => {
  vi.stubGlobal(
    'fetch',
    vi.fn(() => Promise.resolve(new Response(JSON.stringify(body), { status }))),
  );
};

const setOnline = (online: boolean): void => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(online);
  window.dispatchEvent(new Event(online ? 'online' : 'offline'));
};

let opened: Awaited<ReturnType<typeof openPage>>;
const one = (testId: string) => opened.wrapper.find(`[data-testid="${testId}"]`);
const text = () => opened.wrapper.text();

beforeEach(async () => {
  opened = await openPage(HomePage);
});

afterEach(() => {
  opened.wrapper.unmount();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function press(testId: string): Promise<void> {
  await one(testId).trigger(testId === 'join-open' ? 'submit' : 'click');
  await flushPromises();
  await vi.dynamicImportSettled();
  await flushPromises();
}

describe('Home', () => {
  it('Starting a call makes a link whose key the server never sees', async () => {
    answer(201, { callId: CALL_ID });
    await press('start-call');
    const { path, hash } = opened.router.currentRoute.value;
    expect(path).toBe(`/c/${CALL_ID}`);
    expect(isCallKey(hash.slice(1))).toBe(true);
    expect(JSON.stringify(vi.mocked(fetch).mock.calls)).not.toContain(hash.slice(1));
  });

  it.each([
    [429, 'Wait a minute'],
    [503, 'try again in a moment'],
  ])(
    'A server that answers %i is explained, and the button stays for another try',
    async (status, sentence) => {
      answer(status, { title: 'no' });
      await press('start-call');
      expect(text()).toContain(sentence);
      answer(201, { callId: CALL_ID });
      await press('start-call');
      expect(opened.router.currentRoute.value.name).toBe('call');
    },
  );

  it('A server that cannot be reached is said to be so', async () => {
    vi.stubGlobal(
      'fetch',
      vi.fn(() => Promise.reject(new TypeError('Failed to fetch'))),
    );
    await press('start-call');
    expect(text()).toContain('The server could not be reached');
  });

  it('An answer without a call in it opens nothing', async () => {
    answer(201, { callId: '../../elsewhere' });
    await press('start-call');
    expect(opened.router.currentRoute.value.name).toBe('home');
    expect(text()).toContain('Calls cannot be started right now');
  });

  it.each([`https://call.example/c/${CALL_ID}#${KEY}`, `/c/${CALL_ID}#${KEY}`, `  c/${CALL_ID}#${KEY}\n`])(
    'A pasted link opens its call: %s',
    async (link) => {
      if (link.startsWith('https:')) vi.stubGlobal('location', { host: 'call.example' });
      await one('join-link').setValue(link);
      one('join-open').element.closest('form')?.requestSubmit();
      await flushPromises();
      await vi.dynamicImportSettled();
      await flushPromises();
      expect(opened.router.currentRoute.value.fullPath).toBe(`/c/${CALL_ID}#${KEY}`);
    },
  );

  it('The link of another server’s call is offered to be opened there', async () => {
    await one('join-link').setValue(`https://other.example/c/${CALL_ID}#${KEY}`);
    one('join-open').element.closest('form')?.requestSubmit();
    await flushPromises();
    expect(opened.router.currentRoute.value.name).toBe('home');
    expect(text()).toContain('at another address, other.example');
    expect(one('open-there').attributes('href')).toBe(`https://other.example/c/${CALL_ID}#${KEY}`);
    await one('join-link').setValue('');
    expect(one('open-there').exists()).toBe(false);
  });

  it.each(['the network is back', 'one types'])(
    'What was wrong with starting a call is no longer said once %s',
    async (then) => {
      vi.stubGlobal(
        'fetch',
        vi.fn(() => Promise.reject(new TypeError('Failed to fetch'))),
      );
      await press('start-call');
      expect(text()).toContain('The server could not be reached');
      if (then === 'one types') await one('join-link').setValue('h');
      else setOnline(true);
      await flushPromises();
      expect(text()).not.toContain('The server could not be reached');
    },
  );

  it('A wrong link says what to do', async () => {
    await one('join-link').setValue(`https://call.example/c/${CALL_ID}`);
    one('join-open').element.closest('form')?.requestSubmit();
    await flushPromises();
    expect(text()).toContain('also what comes after the # sign');
    expect(one('join-link').attributes('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(one('join-link').element);
    await one('join-link').setValue('again');
    expect(text()).not.toContain('also what comes after the # sign');
  });

  it('Opening nothing asks for the link', async () => {
    one('join-open').element.closest('form')?.requestSubmit();
    await flushPromises();
    expect(text()).toContain('Paste the link you were sent');
  });

  it('The offline line is there only while offline', async () => {
    expect(one('offline-banner').exists()).toBe(false);
    setOnline(false);
    await flushPromises();
    expect(one('offline-banner').exists()).toBe(true);
    setOnline(true);
    await flushPromises();
    expect(one('offline-banner').exists()).toBe(false);
  });

  it('Choosing a language changes the words at once', async () => {
    await one('language').setValue('zh-CN');
    await flushPromises();
    await vi.dynamicImportSettled();
    await flushPromises();
    expect(one('start-call').text()).toBe('发起通话');
  });
});
