import { ref, type Ref } from 'vue';
import { recall, remember } from '@/ui/remembered';
import { en, type TextKey } from './en';
import { zhCN } from './zh-CN';

export type { TextKey } from './en';

/** Every language has exactly the keys of the English one. */
export type Dictionary = Readonly<Record<TextKey, string>>;

/** The names in braces of a sentence: `'Camera {number}'` → `'number'`. */
type Names<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
type Params<Key extends TextKey> = Names<(typeof en)[Key]>;
type Given<Key extends TextKey> = [Params<Key>] extends [never]
  ? []
  : [params: Readonly<Record<Params<Key>, string | number>>];

/** The languages, by the name their speakers give them. */
export const LANGUAGES = { en: 'English', 'zh-CN': '简体中文' } as const;
export type Language = keyof typeof LANGUAGES;

// Both are in the first load: one costs 3 KB there, fetching it afterwards a whole round trip before the first word.
export const DICTIONARIES: Readonly<Record<Language, Dictionary>> = { en, 'zh-CN': zhCN };

const STORAGE_KEY = 'language';

const isLanguage = (value: unknown): value is Language =>
  typeof value === 'string' && Object.hasOwn(LANGUAGES, value);

/** The first of a browser's languages that is spoken here; English when none is. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0];
    // Readers of other Chinese scripts read this one more easily than English.
    if (base === 'zh') return 'zh-CN';
    if (base === 'en') return 'en';
  }
  return 'en';
}

const current = ref<Language>('en');

/** The language the pages speak now. */
export const language: Readonly<Ref<Language>> = current;

function speak(next: Language): void {
  current.value = next;
  document.documentElement.lang = next;
}

/** Takes the remembered language, or the browser's. Called once, before the first page is drawn. */
export function startSpeaking(): void {
  const chosen = recall(STORAGE_KEY);
  speak(isLanguage(chosen) ? chosen : languageFor(navigator.languages));
}

/** The person chose a language; it stays chosen. */
export function chooseLanguage(next: string): void {
  if (!isLanguage(next)) return;
  speak(next);
  remember(STORAGE_KEY, next);
}

/** A sentence in the current language. Reactive: what is drawn with it follows a change of language. */
export function t<Key extends TextKey>(key: Key, ...[params]: Given<Key>): string {
  const sentence = DICTIONARIES[current.value][key];
  if (!params) return sentence;
  const given: Readonly<Record<string, string | number>> = params;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(given[name] ?? whole));
}

const MINUTE_MS = 60_000;
const HOUR_MIN = 60;

/** How long something lasted, as one says it: `42 minutes`, `2 hours 5 minutes`, `40 seconds`. */
export function spokenDuration(ms: number): string {
  const say = (value: number, unit: 'hour' | 'minute' | 'second') =>
    new Intl.NumberFormat(current.value, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
  if (ms < MINUTE_MS) return say(Math.max(1, Math.round(ms / 1000)), 'second');
  const minutes = Math.round(ms / MINUTE_MS);
  const [hours, rest] = [Math.floor(minutes / HOUR_MIN), minutes % HOUR_MIN];
  if (hours === 0) return say(minutes, 'minute');
  const gap = current.value === 'en' ? ' ' : '';
  return rest === 0 ? say(hours, 'hour') : `${say(hours, 'hour')}${gap}${say(rest, 'minute')}`;
}
