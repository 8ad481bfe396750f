import { ref, watch, type Ref } from 'vue';
import { cleanName } from '@/invites/names';
import { recall, remember } from '@/ui/remembered';

/** What a caller chose the last time, in this browser. */
export interface CallerChoices {
  readonly name: Ref<string>;
  readonly camera: Ref<boolean>;
  readonly microphone: Ref<boolean>;
}

function rememberedSwitch(key: string): Ref<boolean> {
  const on = ref(recall(key) !== 'off');
  watch(on, (value) => {
    remember(key, value ? 'on' : 'off');
  });
  return on;
}

export function useCallerChoices(): CallerChoices {
  const name = ref(cleanName(recall('caller-name') ?? ''));
  watch(name, (value) => {
    remember('caller-name', cleanName(value));
  });
  return { name, camera: rememberedSwitch('ring-camera'), microphone: rememberedSwitch('ring-microphone') };
}
