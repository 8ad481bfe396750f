import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallScreen, CallView } from '@/call/call-view';
import { announcement } from '@/ui/kit/announcer';
import { openCall } from '@/ui/testing/mounting';
import { announcementOf } from './screen-text';
import { chooseShortcuts } from './shortcuts';

const SCREENS: readonly CallScreen[] = [
  { is: 'entering' },
  { is: 'entering', trouble: 'no-connection' },
  { is: 'waiting' },
  { is: 'connecting' },
  { is: 'connected' },
  { is: 'reconnecting', whose: 'yours' },
  { is: 'peer-left' },
  { is: 'unreachable' },
  { is: 'ended', lastedMs: 42 * 60_000 },
  { is: 'full' },
  { is: 'unknown-call' },
  { is: 'superseded' },
  { is: 'damaged-link' },
  { is: 'failed', why: 'no-webrtc' },
  { is: 'failed', why: 'broken' },
];

/** Everything that can colour a page. */
const sources = (folder = 'client/src'): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(vue|css)$/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'));

let opened: Awaited<ReturnType<typeof openCall>>;
const open = async (screen: CallScreen, shown: Partial<CallView> = {}) => {
  opened = await openCall(screen, shown);
  return opened;
};
const key = (pressed: string, on: EventTarget = window) =>
  on.dispatchEvent(new KeyboardEvent('keydown', { key: pressed, bubbles: true }));

beforeEach(() => {
  localStorage.clear();
  chooseShortcuts(true);
});

afterEach(() => {
  opened.wrapper.unmount();
  document.body.innerHTML = '';
  vi.useRealTimers();
});

describe('Every screen of a call', () => {
  it.each(SCREENS)('shows its state to programs and says it to people: $is', async (screen) => {
    const { one, wrapper } = await open(screen);
    expect(one('call').attributes('data-state')).toBe(screen.is);
    expect(one('lobby').exists()).toBe(false);
    expect(wrapper.find('h1').text()).not.toBe('');
    expect(announcement.value).toBe(announcementOf(screen));
    expect(announcement.value.length).toBeGreaterThan(8);
  });

  it('has each test id once', async () => {
    for (const screen of SCREENS) {
      const { wrapper, one } = await open(screen, { cameras: [choice('a'), choice('b')] });
      if (one('more').exists()) await one('more').trigger('click');
      const ids = wrapper.findAll('[data-testid]').map((element) => element.attributes('data-testid'));
      expect(ids).toEqual([...new Set(ids)]);
      wrapper.unmount();
    }
  });

  it('keeps the focus on the page when its control is gone', async () => {
    const { one, show, wrapper } = await open({ is: 'lobby' });
    const join = one('join-call').element;
    if (join instanceof HTMLElement) join.focus();
    await show({ screen: { is: 'waiting' } });
    expect(document.activeElement).toBe(wrapper.find('main').element);
  });

  it('keeps its remote video element from the first to the last moment of a call', async () => {
    const { one, show } = await open({ is: 'waiting' });
    const video = one('remote-video').element;
    for (const screen of SCREENS.slice(3, 7)) {
      await show({ screen });
      expect(one('remote-video').element).toBe(video);
    }
  });
});

const choice = (deviceId: string) => ({ deviceId, label: '' });

describe('The lobby', () => {
  it('lets one join with everything off', async () => {
    const { call, one, wrapper } = await open({ is: 'lobby' });
    expect(wrapper.text()).toContain('You can join with everything off.');
    await one('join-call').trigger('click');
    expect(call.asked).toEqual([['join']]);
    expect(one('call').exists()).toBe(false);
  });

  it('shows on and off as pressed and not pressed', async () => {
    const { one } = await open({ is: 'lobby' }, { camera: { is: 'on' } });
    expect(one('toggle-camera').attributes('aria-pressed')).toBe('true');
    expect(one('toggle-microphone').attributes('aria-pressed')).toBe('false');
  });

  it('says once what is wrong with both devices, how to mend it, and still offers to join', async () => {
    const blocked = { is: 'blocked', problem: 'denied' } as const;
    const { one, wrapper } = await open({ is: 'lobby' }, { camera: blocked, microphone: blocked });
    expect(wrapper.findAll('h2').map((title) => title.text())).toEqual([
      'No permission to use your camera and microphone',
    ]);
    expect(wrapper.text()).toContain('beside the address');
    expect(one('join-call').exists()).toBe(true);
  });

  it('names two different problems apart', async () => {
    const { wrapper } = await open(
      { is: 'lobby' },
      { camera: { is: 'blocked', problem: 'in-use' }, microphone: { is: 'blocked', problem: 'missing' } },
    );
    expect(wrapper.findAll('h2').map((title) => title.text())).toEqual([
      'Something else is using your camera',
      'No microphone found',
    ]);
  });

  it('does not tell people to choose another device where there is none', async () => {
    const blocked = { is: 'blocked', problem: 'missing' } as const;
    const { wrapper, show } = await open({ is: 'lobby' }, { camera: blocked, microphone: blocked });
    expect(wrapper.text()).toContain('Plug one in, then switch it on again.');
    expect(wrapper.text()).not.toContain('choose another');
    await show({ cameras: [choice('a')] });
    expect(wrapper.text()).toContain('choose another');
  });

  it('gives devices without a name a number', async () => {
    const { one, call } = await open({ is: 'lobby' }, { cameras: [choice('a'), choice('b')] });
    const select = one('devices').find('select');
    expect(select.findAll('option').map((option) => option.text())).toEqual(['Camera 1', 'Camera 2']);
    await select.setValue('b');
    expect(call.asked).toEqual([['choose', 'camera', 'b']]);
  });
});

describe('In the call', () => {
  it('Only hanging up is red', async () => {
    const { wrapper } = await open({ is: 'connected' });
    const red = wrapper.findAll('.control--hang-up').map((control) => control.attributes('data-testid'));
    expect(red).toEqual(['hang-up']);
    const rules = sources().flatMap((text) => text.match(/[^{}]*\{[^{}]*var\(--hang-up[^{}]*\}/g) ?? []);
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) expect(rule).toMatch(/\.control--hang-up/);
  });

  it('The link is on the page while waiting, and in the menu afterwards', async () => {
    const { one, show } = await open({ is: 'waiting' });
    expect(one('copy-link').exists()).toBe(true);
    await show({ screen: { is: 'connected' } });
    expect(one('copy-link').exists()).toBe(false);
    await one('more').trigger('click');
    expect(one('copy-link').exists()).toBe(true);
  });

  it('Copying says that it has copied', async () => {
    const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    const { call, one } = await open({ is: 'waiting' });
    await one('copy-link').trigger('click');
    await flushPromises();
    expect(written).toHaveBeenCalledWith(call.link);
    expect(one('copy-link').text()).toBe('Link copied');
    expect(announcement.value).toBe('Link copied');
  });

  it('Where copying is not allowed the whole link is shown to be copied by hand', async () => {
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('no'));
    Object.assign(document, { execCommand: () => false });
    const { call, one, wrapper } = await open({ is: 'waiting' });
    await one('copy-link').trigger('click');
    await flushPromises();
    expect(wrapper.text()).toContain('copy it by hand');
    expect(wrapper.text()).toContain(call.link);
  });

  it('Who dropped is said', async () => {
    const { wrapper, show } = await open({ is: 'reconnecting', whose: 'yours' });
    expect(wrapper.text()).toContain('your network dropped. Your place is kept.');
    await show({ screen: { is: 'reconnecting', whose: 'theirs' } });
    expect(wrapper.text()).toContain('The other person is not connected right now. Their place is kept.');
  });

  it('What the other person has off is shown', async () => {
    const { wrapper } = await open({ is: 'connected' }, { remote: { camera: false, microphone: false } });
    expect(wrapper.text()).toContain('Their camera is off');
    expect(wrapper.text()).toContain('Their microphone is off');
  });

  it('M and V switch microphone and camera, unless that was switched off', async () => {
    const { call } = await open({ is: 'connected' });
    key('m');
    key('V');
    expect(call.asked).toEqual([
      ['toggle', 'microphone'],
      ['toggle', 'camera'],
    ]);
    chooseShortcuts(false);
    key('m');
    expect(call.asked).toHaveLength(2);
  });

  it('Letters typed into a field switch nothing', async () => {
    const { call, wrapper } = await open({ is: 'waiting' });
    const field = wrapper.element.appendChild(document.createElement('input'));
    key('m', field);
    expect(call.asked).toEqual([]);
  });

  it('Nobody types into the link: M and V still switch while it has the focus', async () => {
    const { call, wrapper } = await open({ is: 'waiting' });
    key('m', wrapper.find('input').element);
    expect(call.asked).toEqual([['toggle', 'microphone']]);
  });

  it('A problem known in the lobby does not cover the picture; pressing the control tells it', async () => {
    const { one, wrapper } = await open(
      { is: 'connected' },
      { camera: { is: 'blocked', problem: 'denied' } },
    );
    expect(wrapper.text()).not.toContain('No permission');
    await one('toggle-camera').trigger('click');
    await flushPromises();
    expect(wrapper.text()).toContain('No permission to use your camera');
  });

  it('A device that is taken away in the call is told at once', async () => {
    const { wrapper, show } = await open({ is: 'connected' }, { microphone: { is: 'on' } });
    await show({ microphone: { is: 'blocked', problem: 'missing' } });
    expect(wrapper.text()).toContain('No microphone found');
    await show({ microphone: { is: 'on' } });
    expect(wrapper.find('.problem').exists()).toBe(false);
  });
});

describe('The controls', () => {
  const faded = () => opened.wrapper.find('[role="toolbar"]').classes().includes('asleep');

  it('leave the picture alone after four seconds, and return on any touch or key', async () => {
    vi.useFakeTimers();
    const { show } = await open({ is: 'connected' });
    await vi.advanceTimersByTimeAsync(3999);
    expect(faded()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(faded()).toBe(true);
    key('x');
    await show({});
    expect(faded()).toBe(false);
  });

  it('stay while there is something to wait for', async () => {
    vi.useFakeTimers();
    await open({ is: 'waiting' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(faded()).toBe(false);
  });

  it('A touch on a control that was not seen only brings the controls back', async () => {
    vi.useFakeTimers();
    const { call, one, show } = await open({ is: 'connected' });
    await vi.advanceTimersByTimeAsync(4000);
    const touch = () =>
      one('hang-up').element.dispatchEvent(
        new PointerEvent('pointerdown', { bubbles: true, pointerType: 'touch' }),
      );
    touch();
    await one('hang-up').trigger('click');
    expect(call.asked).toEqual([]);
    await show({});
    touch();
    await one('hang-up').trigger('click');
    expect(call.asked).toEqual([['hangUp']]);
  });
});

describe('Afterwards', () => {
  it('The end says how long it was, and offers to join again', async () => {
    const { call, one, wrapper } = await open({ is: 'ended', lastedMs: 42 * 60_000 });
    expect(wrapper.text()).toContain('You talked for 42 minutes.');
    await one('rejoin').trigger('click');
    expect(call.asked).toEqual([['rejoin']]);
  });

  it('Who opened a second tab chooses: move the call here, or be the second person', async () => {
    const { call, one } = await open({ is: 'second-tab' });
    await one('move-here').trigger('click');
    await one('join-second').trigger('click');
    expect(call.asked).toEqual([['moveHere'], ['joinSecond']]);
  });
});
