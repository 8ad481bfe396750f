import { ref, shallowRef, type Ref } from 'vue';
import { remember } from '@/ui/remembered';
import type { TextKey } from './en';
import { isLanguage, loadWords, startingLanguage, STORAGE_KEY } from './languages';
import type { Dictionary, English, Language } from './languages';

export type { TextKey } from './en';
export { LANGUAGES, type Language } from './languages';

/** The names in braces of a sentence: `'Camera {number}'` → `'number'`. */
type Names<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
type Params<Key extends TextKey> = Names<English[Key]>;
type Given<Key extends TextKey> = [Params<Key>] extends [never]
  ? []
  : [params: Readonly<Record<Params<Key>, string | number>>];

const current = ref<Language>('en');
const dictionary = shallowRef<Dictionary | null>(null);

/** The language the pages speak now. */
export const language: Readonly<Ref<Language>> = current;

async function speak(next: Language): Promise<void> {
  dictionary.value = await loadWords(next);
  current.value = next;
  document.documentElement.lang = next;
}

/** Takes the remembered language, or the browser's. Awaited once, before the first page is drawn. */
export const startSpeaking = (): Promise<void> => speak(startingLanguage());

/** The person chose a language; it stays chosen. Rejects when its words could not be fetched: nothing changes then. */
export async function chooseLanguage(next: string): Promise<void> {
  if (!isLanguage(next)) return;
  await speak(next);
  remember(STORAGE_KEY, next);
}

/** A sentence in the current language. Reactive: what is drawn with it follows a change of language. */
export function t<Key extends TextKey>(key: Key, ...[params]: Given<Key>): string {
  const sentence = dictionary.value?.[key] ?? '';
  if (!params) return sentence;
  const given: Readonly<Record<string, string | number>> = params;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(given[name] ?? whole));
}
