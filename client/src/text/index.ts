import { ref, shallowRef, type Ref } from 'vue';
import { remember } from '@/ui/remembered';
import { isLanguage, loadInCallWords, loadWords, startingLanguage, STORAGE_KEY } from './languages';
import type { Dictionary, English, InCallWords, Language, TextKey } from './languages';

export { LANGUAGES, type Language, type TextKey } from './languages';

/** The names in braces of a sentence: `'Camera {number}'` → `'number'`. */
type Names<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
type Params<Key extends TextKey> = Names<English[Key]>;
type Given<Key extends TextKey> = [Params<Key>] extends [never]
  ? []
  : [params: Readonly<Record<Params<Key>, string | number>>];

const current = ref<Language>('en');
const dictionary = shallowRef<Partial<Dictionary & InCallWords>>({});
/** Which words are wanted; what was asked for earlier and comes later is not. */
let wanted: { readonly language: Language; readonly inCall: boolean } = { language: 'en', inCall: false };

/** The language the pages speak now. */
export const language: Readonly<Ref<Language>> = current;

async function speak(next: typeof wanted): Promise<void> {
  const before = wanted;
  wanted = next;
  try {
    const [words, more] = await Promise.all([
      loadWords(next.language),
      next.inCall ? loadInCallWords(next.language) : {},
    ]);
    if (wanted !== next) return;
    dictionary.value = { ...words, ...more };
    current.value = next.language;
    document.documentElement.lang = next.language;
  } catch (problem) {
    if (wanted === next) wanted = before;
    throw problem;
  }
}

/** Has the words of a running call from now on. Rejects when they could not be fetched. */
export const speakInCall = (): Promise<void> => speak({ ...wanted, inCall: true });

/** Takes the remembered language, or the browser's. Awaited once, before the first page is drawn. */
export const startSpeaking = (): Promise<void> => speak({ ...wanted, language: startingLanguage() });

/** The person chose a language; it stays chosen. Rejects when its words could not be fetched: nothing changes then. */
export async function chooseLanguage(next: string): Promise<void> {
  if (!isLanguage(next)) return;
  await speak({ ...wanted, language: next });
  remember(STORAGE_KEY, next);
}

/** A sentence in the current language. Reactive: what is drawn with it follows a change of language. */
export function t<Key extends TextKey>(key: Key, ...[params]: Given<Key>): string {
  const sentence = dictionary.value[key] ?? '';
  if (!params) return sentence;
  const given: Readonly<Record<string, string | number>> = params;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(given[name] ?? whole));
}
