import { describe, expect, it } from 'vitest';
import { openedFor } from './opened-for';

const LINK = 'https://call.example/c/AAAA#BBBB';

describe('What the start page was opened for', () => {
  it('A shortcut of the home screen starts a call', () => {
    expect(openedFor({ start: null })).toEqual({ is: 'start' });
    expect(openedFor({ start: '' })).toEqual({ is: 'start' });
  });

  it.each([{ url: LINK }, { text: `Talk with me: ${LINK}`, title: 'o to o' }, { title: LINK, url: '' }])(
    'A shared link is found in whichever field an app puts it: %j',
    (query) => {
      expect(openedFor(query)).toMatchObject({ is: 'shared' });
      expect(JSON.stringify(openedFor(query))).toContain(LINK);
    },
  );

  it.each([{}, { ring: 'AAAA' }, { text: '', url: ' ' }, { text: ['a', 'b'] }])(
    'Anything else opens the start page as it is: %j',
    (query) => {
      expect(openedFor(query)).toBeNull();
    },
  );

  it('A page drawn ahead, for somebody who may never look at it, makes no call', () => {
    Object.defineProperty(document, 'prerendering', { value: true, configurable: true });
    expect(openedFor({ start: '' })).toBeNull();
    Reflect.deleteProperty(document, 'prerendering');
  });
});
