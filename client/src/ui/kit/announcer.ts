import { computed, shallowRef } from 'vue';

const words = shallowRef<() => string>(() => '');

/** What the page's one polite live region says. */
export const announcement = computed(() => words.value());

/**
 * Says a change aloud to those who hear the page instead of seeing it, and again in another language when that is chosen.
 * The same words twice are said once.
 */
export function announce(sentence: () => string): void {
  words.value = sentence;
}
