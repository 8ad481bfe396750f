import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../presence/store-unavailable.js';
import { framesOf, kindOf } from './error-kind.js';

const SECRET = 'AAECAwQFBgcICQoLDA0ODw';

/** What a library's error is like: a message that repeats what it was given, and more of it in its fields. */
const errors: readonly (readonly [string, () => unknown, string])[] = [
  ['JSON that cannot be read', () => JSON.parse(`{"holder": "${SECRET}"`) as unknown, 'SyntaxError'],
  ['an address that cannot be read', () => new URL(`https://${SECRET}@:x`), 'TypeError ERR_INVALID_URL'],
  [
    'a connection that is refused',
    () => {
      throw Object.assign(new Error(`connect ECONNREFUSED ${SECRET}`), {
        code: 'ECONNREFUSED',
        syscall: 'connect',
        address: SECRET,
      });
    },
    'Error ECONNREFUSED connect',
  ],
  [
    'a command that Redis does not know',
    () => {
      const reply = new Error(`ERR unknown command 'spublish', with args beginning with: '${SECRET}'`);
      throw Object.assign(reply, { name: 'ReplyError', command: { name: 'spublish', args: [SECRET] } });
    },
    'ReplyError ERR',
  ],
  [
    'a row that is there already',
    () => {
      throw Object.assign(new Error(`duplicate key ${SECRET}`), {
        name: 'QueryFailedError',
        code: '23505',
        parameters: [SECRET],
        detail: SECRET,
      });
    },
    'QueryFailedError 23505',
  ],
  [
    'a store that is away, because of something',
    () => {
      throw new StoreUnavailable(Object.assign(new Error(SECRET), { code: 'ETIMEDOUT' }));
    },
    'StoreUnavailable, because of Error ETIMEDOUT',
  ],
  [
    'a name and a code that are none',
    () => {
      throw Object.assign(new Error('x'), { name: `/c/${SECRET}`, code: `${SECRET} ${SECRET}` });
    },
    'Error',
  ],
  [
    'text that is thrown',
    () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- foreign code does such things
      throw SECRET;
    },
    'a thrown string',
  ],
];

const thrownBy = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('what is written down of an error', () => {
  it.each(errors)('is its kind and its place, nothing that it repeats: %s', (_what, act, kind) => {
    const error = thrownBy(act);
    expect(kindOf(error)).toBe(kind);
    expect(framesOf(error)).not.toContain(SECRET);
  });

  it('is where it was made', () => {
    expect(framesOf(new Error('x'))).toMatch(/^at .*error-kind\.test\.ts:\d+:\d+/);
  });

  it('is no place when the message pretends to hold one, or was changed', () => {
    expect(framesOf(new Error(`x\n    at ${SECRET}`))).not.toContain(SECRET);
    for (const message of ['', 'another', 'at']) {
      const changed = new Error(`x\n    at ${SECRET}`);
      expect(changed.stack).toContain(SECRET);
      changed.message = message;
      expect(framesOf(changed)).not.toContain(SECRET);
    }
  });

  it('comes to an end where an error is its own cause', () => {
    const loop = new Error('x');
    loop.cause = loop;
    expect(kindOf(loop).split('because of')).toHaveLength(4);
  });
});
