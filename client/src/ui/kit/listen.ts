import { onBeforeUnmount, onMounted } from 'vue';

/** Listens for events as long as the component is on the page. Passive: what is heard is not prevented. */
export function useListener(
  target: EventTarget,
  events: readonly string[],
  heard: (event: Event) => void,
): void {
  onMounted(() => {
    for (const event of events) target.addEventListener(event, heard, { passive: true });
  });
  onBeforeUnmount(() => {
    for (const event of events) target.removeEventListener(event, heard);
  });
}
