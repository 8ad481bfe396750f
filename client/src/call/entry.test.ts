import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SignalingClient, SignalingEvent } from '@/signaling/signaling-client';
import type { CallRun, CallRunOptions } from './call-run';
import { Entry } from './entry';

const { loadCallRun } = vi.hoisted(() => ({ loadCallRun: vi.fn() }));
vi.mock('./load-call-run', () => ({ loadCallRun }));

const done: string[] = [];
const signaling = {
  leave: () => done.push('left'),
  close: () => done.push('closed'),
} as Partial<SignalingClient> as SignalingClient;
const options = {
  signaling,
  over: ({ type }) => done.push(`over: ${type}`),
} as Partial<CallRunOptions> as CallRunOptions;

/** What a run is asked to do. */
class Run implements Pick<CallRun, 'signaled' | 'sayBye' | 'close'> {
  signaled({ type }: SignalingEvent): void {
    done.push(`heard: ${type}`);
  }
  sayBye(): void {
    done.push('bye');
  }
  close(): void {
    done.push('run closed');
  }
}

/** An entry whose run comes, or does not come, when the test says so. */
function entering() {
  let come = (_run: { CallRun: typeof Run }): void => undefined;
  let fail = (_problem: Error): void => undefined;
  const fetched = new Promise((resolve, reject) => {
    [come, fail] = [resolve, reject];
  });
  loadCallRun.mockReturnValue(fetched);
  const settled = async (): Promise<void> => {
    await fetched.catch(() => undefined);
    await Promise.resolve();
  };
  return {
    entry: new Entry(options),
    comes: () => (come({ CallRun: Run }), settled()),
    fails: () => (fail(new TypeError('Failed to fetch')), settled()),
  };
}

beforeEach(() => {
  done.length = 0;
});

describe('Being in a call whose run is still being fetched', () => {
  it('what the server says meanwhile is heard when the run is there, in its order, and before what it says later', async () => {
    const { entry, comes } = entering();
    entry.signaled({ type: 'online' });
    entry.signaled({ type: 'offline' });
    expect(done).toEqual([]);
    await comes();
    entry.signaled({ type: 'superseded' });
    expect(done).toEqual(['heard: online', 'heard: offline', 'heard: superseded']);
  });

  it('hanging up leaves the call, and no run begins any more', async () => {
    const { entry, comes } = entering();
    entry.signaled({ type: 'online' });
    entry.leave('leave');
    entry.close();
    await comes();
    expect(done).toEqual(['left', 'closed']);
  });

  it('when it cannot be fetched the call is over, and says so once', async () => {
    const { entry, fails } = entering();
    await fails();
    expect(done).toEqual(['over: broken']);
    const closed = entering();
    closed.entry.close();
    await closed.fails();
    expect(done).toEqual(['over: broken', 'closed']);
    entry.close();
  });

  it('once it is there it says goodbye to the other, and ends before its socket does', async () => {
    const { entry, comes } = entering();
    await comes();
    entry.leave('leave');
    entry.close();
    expect(done).toEqual(['bye', 'left', 'run closed', 'closed']);
  });

  it('a run that is over while what was said is told hears no more of it', async () => {
    const { entry, comes } = entering();
    vi.spyOn(Run.prototype, 'signaled').mockImplementationOnce(() => {
      done.push('heard the last');
      entry.close();
    });
    entry.signaled({ type: 'superseded' });
    entry.signaled({ type: 'online' });
    await comes();
    expect(done).toEqual(['heard the last', 'run closed', 'closed']);
  });
});
