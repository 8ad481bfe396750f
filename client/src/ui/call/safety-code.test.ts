import { afterEach, describe, expect, it } from 'vitest';
import type { CallScreen, CallView } from '@/call/call-view';
import { chooseLanguage } from '@/text';
import { openCall } from '@/ui/testing/mounting';

const READY = { is: 'ready', code: [50, 8, 60, 29] } as const;
const ANOTHER = { is: 'ready', code: [0, 1, 2, 3] } as const;

let opened: Awaited<ReturnType<typeof openCall>>;
const open = async (screen: CallScreen, shown: Partial<CallView> = {}) => {
  opened = await openCall(screen, shown);
  return opened;
};
const openCode = async (safety: CallView['safety']) => {
  const call = await open({ is: 'connected' }, { safety });
  await call.one('more').trigger('click');
  await call.one('safety-code').trigger('click');
  return call;
};
const button = (name: string) =>
  opened.wrapper
    .findAll('button')
    .find((one) => one.text() === name || one.attributes('aria-label') === name);

afterEach(() => {
  opened.wrapper.unmount();
  document.body.innerHTML = '';
});

describe('The safety code', () => {
  it('is four pictures with their names; only the names are read aloud', async () => {
    const { one } = await openCode(READY);
    const pictures = one('safety-pictures').findAll('li');
    expect(pictures.map((picture) => picture.find('.name').text())).toEqual([
      'gift',
      'penguin',
      'tent',
      'ice cream',
    ]);
    expect(pictures.map((picture) => picture.find('[aria-hidden="true"]').text())).toEqual([
      '🎁',
      '🐧',
      '⛺',
      '🍦',
    ]);
    expect(opened.wrapper.find('dialog').text()).toContain('Read these aloud to each other.');
  });

  it('has names in the language of the page', async () => {
    const { one, show } = await openCode(READY);
    await chooseLanguage('zh-CN');
    await show({});
    expect(
      one('safety-pictures')
        .findAll('.name')
        .map((name) => name.text()),
    ).toEqual(['礼物', '企鹅', '帐篷', '冰淇淋']);
  });

  it('is offered where there are two', async () => {
    const { one, show } = await open({ is: 'waiting' });
    await one('more').trigger('click');
    expect(one('safety-code').exists()).toBe(false);
    await show({ screen: { is: 'reconnecting', whose: 'ours' } });
    expect(one('safety-code').exists()).toBe(true);
  });

  it('is not shown before it is agreed on', async () => {
    const { one, show } = await openCode({ is: 'exchanging' });
    expect(one('safety-pictures').exists()).toBe(false);
    expect(opened.wrapper.find('dialog').text()).toContain('in a moment');
    await show({ safety: READY });
    expect(one('safety-pictures').exists()).toBe(true);
  });

  it('that does not match says what to do, on the stage too, without being asked', async () => {
    const { one } = await openCode({ is: 'mismatch' });
    expect(one('safety-pictures').exists()).toBe(false);
    expect(one('safety-mismatch').text()).toContain('Hang up and send a new link another way.');
    expect(one('notice-safety-mismatch').exists()).toBe(true);
  });

  it('One goes back to the menu, and reading begins at its heading', async () => {
    const { one, show } = await openCode(READY);
    await button('Back')?.trigger('click');
    await show({});
    expect(one('safety-pictures').exists()).toBe(false);
    expect(one('lock').exists()).toBe(true);
    expect(document.activeElement?.tagName).toBe('H2');
  });
});

describe('A new safety code', () => {
  it('is told to who had looked at the one before', async () => {
    const { one, show } = await openCode(READY);
    await button('Close')?.trigger('click');
    await show({ safety: { is: 'exchanging' } });
    expect(one('notice-new-code').exists()).toBe(false);
    await show({ safety: ANOTHER });
    expect(one('notice-new-code').text()).toContain('Compare it again');
    await button('Safety code')?.trigger('click');
    await show({});
    expect(one('safety-pictures').text()).toContain('cat');
    expect(one('notice-new-code').exists()).toBe(false);
  });

  it('is nothing to who never asked for one, nor when the same is told again', async () => {
    const { one, show } = await open({ is: 'connected' }, { safety: READY });
    await show({ safety: ANOTHER });
    expect(one('notice-new-code').exists()).toBe(false);
    opened.wrapper.unmount();
    const looked = await openCode(READY);
    await looked.show({ safety: { ...READY } });
    expect(looked.one('notice-new-code').exists()).toBe(false);
  });

  it('is told once', async () => {
    const { one, show } = await openCode(READY);
    await button('Close')?.trigger('click');
    await show({ safety: ANOTHER });
    await one('notice-new-code').find('button:last-child').trigger('click');
    expect(one('notice-new-code').exists()).toBe(false);
    await show({ safety: READY });
    expect(one('notice-new-code').exists()).toBe(true);
  });
});

describe('Refused words', () => {
  it('A damaged copy of the link is told to who waits, until it is read', async () => {
    const { one, show } = await open({ is: 'waiting' });
    expect(one('notice-damaged-copy').exists()).toBe(false);
    await show({ refusedWords: 'damaged-copy' });
    expect(one('notice-damaged-copy').text()).toContain('Send it to them again.');
    expect(one('notice-damaged-copy').element.closest('[role="status"]')).not.toBeNull();
    await one('notice-damaged-copy').find('button').trigger('click');
    expect(one('notice-damaged-copy').exists()).toBe(false);
    await show({ refusedWords: 'none' });
    await show({ refusedWords: 'damaged-copy' });
    expect(one('notice-damaged-copy').exists()).toBe(true);
  });

  it('Tampering is told in the call, and leads to the safety code', async () => {
    const { one, show } = await open({ is: 'connected' }, { safety: READY });
    await show({ refusedWords: 'tampered' });
    expect(one('notice-tampered').text()).toContain('They were refused.');
    await button('Safety code')?.trigger('click');
    await show({});
    expect(one('safety-pictures').exists()).toBe(true);
    // Read and gone through: the notice stays until it is closed.
    expect(one('notice-tampered').exists()).toBe(true);
    await one('notice-tampered').find('button:last-child').trigger('click');
    expect(one('notice-tampered').exists()).toBe(false);
  });

  it('Each is said where it matters', async () => {
    const { one, show } = await open({ is: 'connected' }, { refusedWords: 'damaged-copy' });
    expect(one('notice-damaged-copy').exists()).toBe(false);
    await show({ refusedWords: 'tampered', screen: { is: 'peer-left' } });
    expect(one('notice-tampered').exists()).toBe(false);
  });
});
