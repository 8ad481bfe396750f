import { shallowRef } from 'vue';
import { useRouter, type RouteLocationRaw } from 'vue-router';
import { goStraightIn } from '@/call/in-call-mark';
import { keepKey } from '@/calls/call-keys';
import type { AttendanceOptions } from '@/invites/attendance';
import { loadCall } from '@/pages/loaders';
import type { CallerChoices } from '@/ui/invites/caller-choices';
import { currentCall } from '@/ui/kit/current-call';

/** A call that was answered and whose page could not be fetched: its caller waits. */
export const stuckBefore = shallowRef<RouteLocationRaw | null>(null);

/** Who was let in last, by the name they gave themselves; null: nobody, or they gave none. */
export const taken = shallowRef<{ readonly callId: string; readonly name: string } | null>(null);

/** Fetched while it rings. */
export const prepareToEnter = (): void => void loadCall().catch(() => undefined);

/** From an answered ring straight into its call; the call one is in is left first. */
export function useEnter({ camera, microphone }: CallerChoices) {
  const router = useRouter();

  async function go(to: RouteLocationRaw): Promise<void> {
    try {
      await router.push(to);
      stuckBefore.value = null;
    } catch {
      stuckBefore.value = to;
    }
  }

  const enter: AttendanceOptions['enter'] = ({ callId, ringId }, { key, name }) => {
    taken.value = name === '' ? null : { callId, name };
    keepKey(callId, { key, madeHere: false });
    goStraightIn(callId, { camera: camera.value, microphone: microphone.value }, ringId);
    const before = currentCall.value;
    const left = before?.is === 'on' ? before.leave() : Promise.resolve();
    void left.then(() => go({ name: 'call', params: { callId }, hash: `#${key}` }));
  };
  return { enter, go };
}
