import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallScreen, CallView } from '@/call/call-view';
import { goStraightIn, TO_BLOCK } from '@/call/in-call-mark';
import { announcement } from '@/ui/kit/announcer';
import { currentCall } from '@/ui/kit/current-call';
import { openCall } from '@/ui/testing/mounting';
import { chooseShortcuts } from './shortcuts';

let opened: Awaited<ReturnType<typeof openCall>>;
const open = async (screen: CallScreen, shown: Partial<CallView> = {}) => {
  opened = await openCall(screen, shown);
  return opened;
};
const openMore = async (screen: CallScreen, shown: Partial<CallView> = {}) => {
  const call = await open(screen, shown);
  await call.one('more').trigger('click');
  return call;
};

const press = (key: string, on: EventTarget = window, code = '') =>
  on.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true }));
const touch = (testId: string, pointer: PointerEventInit = { pointerType: 'touch' }) =>
  opened.one(testId).element.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, ...pointer }));

beforeEach(() => {
  localStorage.clear();
  chooseShortcuts(true);
});

afterEach(() => {
  opened.wrapper.unmount();
  document.body.innerHTML = '';
  vi.useRealTimers();
});

describe('Hiding', () => {
  const DEVICES_MAY_BE_ON: readonly CallScreen[] = [
    { is: 'opening' },
    { is: 'lobby' },
    { is: 'entering' },
    { is: 'waiting' },
    { is: 'connecting' },
    { is: 'connected' },
    { is: 'reconnecting', whose: 'theirs' },
    { is: 'peer-left' },
    { is: 'unreachable' },
  ];

  it.each(DEVICES_MAY_BE_ON)('takes one key wherever a device may be on: $is', async (screen) => {
    const { call } = await open(screen);
    press('h');
    expect(call.asked).toEqual([['hideMe']]);
    expect(announcement.value).toBe('Your camera and microphone are off.');
  });

  it.each<CallScreen>([{ is: 'ended', lastedMs: null }, { is: 'full' }, { is: 'second-tab' }])(
    'has no key where nothing is on: $is',
    async (screen) => {
      const { call } = await open(screen);
      press('h');
      expect(call.asked).toEqual([]);
    },
  );

  it('works over the open menu and its lists, but not while somebody writes', async () => {
    const { call, one } = await openMore({ is: 'connected' });
    press('h', opened.wrapper.element.appendChild(document.createElement('input')));
    expect(call.asked).toEqual([]);
    press('H', one('language').element);
    press('h', one('block').element);
    expect(call.asked).toEqual([['hideMe'], ['hideMe']]);
  });

  it('has its key on keyboards without Latin letters, too', async () => {
    const { call } = await open({ is: 'connected' });
    press('р', window, 'KeyH');
    press('х', window, 'BracketLeft');
    press('Enter', window, 'KeyH');
    expect(call.asked).toEqual([['hideMe']]);
  });

  it('has no key once single keys were switched off, nor together with others', async () => {
    const { call } = await open({ is: 'connected' });
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'h', ctrlKey: true }));
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'h', metaKey: true }));
    chooseShortcuts(false);
    press('h');
    expect(call.asked).toEqual([]);
  });

  it('does not wait for the finger to be lifted', async () => {
    const { call } = await open({ is: 'connected' });
    touch('hide-me');
    expect(call.asked).toEqual([['hideMe']]);
  });

  it('is for a finger, a pen or the main button of a mouse, and for whoever clicks without any', async () => {
    const { call, one } = await open({ is: 'connected' });
    touch('hide-me', { pointerType: 'mouse', button: 2 });
    expect(call.asked).toEqual([]);
    touch('hide-me', { pointerType: 'mouse', button: 0 });
    expect(call.asked).toHaveLength(1);
    await one('hide-me').trigger('click');
    expect(call.asked.every(([what]) => what === 'hideMe')).toBe(true);
    expect(call.asked).toHaveLength(2);
  });

  it('comes before everything else, also before saying so', async () => {
    const order: string[] = [];
    const { call } = await open({ is: 'connected' });
    call.hideMe = () => void order.push(`hidden; said until now: ${announcement.value}`);
    touch('hide-me');
    expect(order).toEqual(['hidden; said until now: You are connected']);
  });

  it('It stays in sight when the other controls go, and the first touch on it counts', async () => {
    vi.useFakeTimers();
    const { call, one } = await open({ is: 'connected' });
    await vi.advanceTimersByTimeAsync(4000);
    expect(one('hide-me').classes()).toContain('control--stays');
    touch('hide-me');
    await one('hide-me').trigger('click');
    expect(call.asked).toEqual([['hideMe']]);
  });
});

describe('The lock, for both', () => {
  it('is told in words to who did not turn it, and the words go again', async () => {
    vi.useFakeTimers();
    const { one, show } = await open({ is: 'connected' });
    expect(one('lock-told').exists()).toBe(false);
    await show({ lock: { is: 'locked' } });
    expect(one('lock-told').text()).toContain('The call is locked');
    await show({ lock: { is: 'open' } });
    expect(one('lock-told').text()).toContain('The call is unlocked');
    await vi.advanceTimersByTimeAsync(8000);
    expect(one('lock-told').exists()).toBe(false);
  });
});

describe('Locking', () => {
  it('asks for the lock, and for opening it again', async () => {
    const { call, one, show } = await openMore({ is: 'connected' });
    expect(one('lock').attributes('aria-pressed')).toBe('false');
    await one('lock').trigger('click');
    await show({ lock: { is: 'locked' } });
    expect(one('lock').attributes('aria-pressed')).toBe('true');
    await one('lock').trigger('click');
    expect(call.asked).toEqual([
      ['setLock', true],
      ['setLock', false],
    ]);
  });

  it('needs both people; who waits alone may still open what is locked', async () => {
    const { call, one, show } = await openMore({ is: 'waiting' });
    expect(one('lock').attributes('aria-disabled')).toBe('true');
    expect(one('lock').text()).toContain('once you are both here');
    await one('lock').trigger('click');
    expect(call.asked).toEqual([]);
    await show({ lock: { is: 'locked' } });
    expect(one('lock').attributes('aria-disabled')).toBe('false');
    await one('lock').trigger('click');
    expect(call.asked).toEqual([['setLock', false]]);
  });

  it('is seen by both and said aloud, whoever did it', async () => {
    const { one, show } = await open({ is: 'connected' });
    expect(one('locked').exists()).toBe(false);
    await show({ lock: { is: 'locked' } });
    expect(one('locked').attributes('aria-label')).toBe('The call is locked. Only you two can come in.');
    expect(announcement.value).toBe('The call is locked. Only you two can come in.');
    await show({ lock: { is: 'open' } });
    expect(one('locked').exists()).toBe(false);
    expect(announcement.value).toContain('The call is unlocked.');
  });

  it('is said in words while one waits: the link lets nobody else in', async () => {
    const { one } = await open({ is: 'waiting' }, { lock: { is: 'locked' } });
    expect(one('locked').text()).toBe('The call is locked. Only you two can come in.');
  });
});

describe('Leaving and blocking', () => {
  it('asks once more, says what happens, and can be left again', async () => {
    const { call, one } = await openMore({ is: 'connected' });
    await one('block').trigger('click');
    expect(opened.wrapper.find('dialog').text()).toContain(
      'You hang up, and they cannot come back into this call with the browser they use now.',
    );
    await one('block-stay').trigger('click');
    expect(one('block-confirm').exists()).toBe(false);
    expect(call.asked).toEqual([]);
    await one('block').trigger('click');
    await one('block-confirm').trigger('click');
    expect(call.asked).toEqual([['block']]);
  });

  it('says in a call that was answered from a ring that they cannot ring so again, and remembers it until the server knows', async () => {
    const [callId, ringId] = ['q83vASNFZ4mrzQBkyAABAgMEBQYH', 'AAECAwQFBgcICQoLDA0ODw'];
    goStraightIn(callId, { camera: false, microphone: false }, ringId);
    currentCall.value = { callId, is: 'on', since: null, leave: () => Promise.resolve() };
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    const { call, one } = await openMore({ is: 'connected' });
    await one('block').trigger('click');
    expect(opened.wrapper.find('dialog').text()).toContain('nor ring you again through the same ring link');
    expect(localStorage.getItem(TO_BLOCK + ringId)).toBe(null);
    await one('block-confirm').trigger('click');
    expect(localStorage.getItem(TO_BLOCK + ringId)).toBe('');
    expect(call.asked).toEqual([['block']]);
    vi.unstubAllGlobals();
    currentCall.value = null;
    sessionStorage.clear();
  });

  it('is offered where there is somebody to block, at the end of the menu', async () => {
    for (const is of ['connecting', 'connected', 'unreachable'] as const) {
      const { wrapper } = await openMore({ is });
      const last = wrapper.findAll('dialog button').at(-1);
      expect(last?.attributes('data-testid'), is).toBe('block');
      wrapper.unmount();
    }
    for (const is of ['entering', 'waiting', 'peer-left'] as const) {
      const { one, wrapper } = await openMore({ is });
      expect(one('block').exists(), is).toBe(false);
      wrapper.unmount();
    }
    await openMore({ is: 'connected' });
  });

  it('The question goes when there is nobody to block any more', async () => {
    const { one, show } = await openMore({ is: 'connected' });
    await one('block').trigger('click');
    await show({ screen: { is: 'peer-left' } });
    expect(one('block-confirm').exists()).toBe(false);
    expect(one('lock').exists()).toBe(true);
  });
});
