import { ref, type Ref } from 'vue';

const words = ref('');

/** What the page's one polite live region says. */
export const announcement: Readonly<Ref<string>> = words;

/** Says a change aloud to those who hear the page instead of seeing it. The same words twice are said once. */
export function announce(sentence: string): void {
  words.value = sentence;
}
