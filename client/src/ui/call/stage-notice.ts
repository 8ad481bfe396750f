import { computed, ref, watch, type ComputedRef } from 'vue';
import type { CallView } from '@/call/call-view';
import type { TextKey } from '@/text';
import type { CallFace } from './call-face';
import { areTogether } from './more-view';

/** What people must know of how safe their call is, at most one at a time. */
export type StageNotice = 'safety-mismatch' | 'tampered' | 'new-code' | 'damaged-copy';

export const NOTICE_WORDS = {
  'safety-mismatch': 'safety.mismatch',
  tampered: 'notice.tampered',
  'new-code': 'safety.new',
  'damaged-copy': 'notice.damaged-copy',
} as const satisfies Record<StageNotice, TextKey>;

const codeOf = ({ safety }: CallView): string | null =>
  safety.is === 'ready' ? safety.code.join(' ') : null;

/** Which notice is due, and what people do about it. */
export function useStageNotice(call: CallFace): {
  notice: ComputedRef<StageNotice | null>;
  close: () => void;
  looked: () => void;
} {
  const closed = ref<StageNotice | null>(null);
  /** The code these people have looked at; null: they never asked for one. */
  const seenCode = ref<string | null>(null);

  const isNew = computed(() => {
    const code = codeOf(call);
    return seenCode.value !== null && code !== null && code !== seenCode.value;
  });

  const due = computed<StageNotice | null>(() => {
    if (!areTogether(call.screen)) return call.refusedWords === 'damaged-copy' ? 'damaged-copy' : null;
    if (call.safety.is === 'mismatch') return 'safety-mismatch';
    if (call.refusedWords === 'tampered') return 'tampered';
    return isNew.value ? 'new-code' : null;
  });

  // What was closed stays closed until there is something else to say.
  watch(due, (next) => {
    if (next !== closed.value) closed.value = null;
  });

  const looked = (): void => {
    seenCode.value = codeOf(call);
  };

  return {
    notice: computed(() => (due.value === closed.value ? null : due.value)),
    close() {
      closed.value = due.value;
      if (due.value === 'new-code') looked();
    },
    looked,
  };
}
