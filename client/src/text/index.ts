import { ref, shallowRef, type Ref } from 'vue';
import { remember } from '@/ui/remembered';
import { isLanguage, loadPack, loadWords, startingLanguage, STORAGE_KEY } from './languages';
import type { Dictionary, English, Language, MoreWords, TextKey, WordPack } from './languages';

export { LANGUAGES, type Language, type TextKey } from './languages';

/** The names in braces of a sentence: `'Camera {number}'` → `'number'`. */
type Names<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
type Params<Key extends TextKey> = Names<English[Key]>;
/** Keys whose sentences need nothing filled in. */
export type PlainKey = { [Key in TextKey]: [Params<Key>] extends [never] ? Key : never }[TextKey];
type Given<Key extends TextKey> = [Params<Key>] extends [never]
  ? []
  : [params: Readonly<Record<Params<Key>, string | number>>];

const current = ref<Language>('en');
const dictionary = shallowRef<Partial<Dictionary & MoreWords>>({});
interface Words {
  readonly language: Language;
  readonly packs: readonly WordPack[];
}

/** Which words are wanted, and which are there: what was asked for earlier and comes later is not taken. */
let wanted: Words = { language: 'en', packs: [] };
let spoken: Words = wanted;
let speaking: Promise<void> = Promise.resolve();

/** The language the pages speak now. */
export const language: Readonly<Ref<Language>> = current;

async function fetchWords(next: Words): Promise<void> {
  try {
    const [words, ...more] = await Promise.all([
      loadWords(next.language),
      ...next.packs.map((pack) => loadPack(pack, next.language)),
    ]);
    // Whoever asks later wants at least these words, too.
    if (wanted !== next) return await speaking;
    spoken = next;
    dictionary.value = more.reduce<Partial<Dictionary & MoreWords>>(
      (all, pack) => ({ ...all, ...pack }),
      words,
    );
    current.value = next.language;
    document.documentElement.lang = next.language;
  } catch (problem) {
    if (wanted === next) wanted = spoken;
    throw problem;
  }
}

function speak(next: Words): Promise<void> {
  wanted = next;
  speaking = fetchWords(next);
  return speaking;
}

/** Has these words, too, from now on. Rejects when they could not be fetched. */
export async function speakAlso(pack: WordPack): Promise<void> {
  if (!spoken.packs.includes(pack)) await speak({ ...wanted, packs: [...new Set([...wanted.packs, pack])] });
}

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
