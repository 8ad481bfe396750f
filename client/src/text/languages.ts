import type { enApp } from './app/en';
import type { enBeingRung } from './being-rung/en';
import type { en } from './en';
import type { enInCall } from './in-call/en';
import type { enInvites } from './invites/en';
import type { Language } from './which-language';

export { startingLanguage, STORAGE_KEY } from './starting-language';
export { isLanguage, LANGUAGES, languageFor, type Language } from './which-language';

// Which languages there are and which one a page begins with. Apart from the rest, and without Vue, because the very
// first file of a page asks for its words.

/** Every language has exactly the keys of the English one. */
export type Dictionary = Readonly<Record<keyof typeof en, string>>;
/** What is said only in a running call, and fetched with what shows it. */
export type InCallWords = Readonly<Record<keyof typeof enInCall, string>>;
/** What is said only where people ring each other. */
export type InvitesWords = Readonly<Record<keyof typeof enInvites, string>>;
/** What is said only to whoever may be rung. */
export type BeingRungWords = Readonly<Record<keyof typeof enBeingRung, string>>;
/** What is said about the app itself. */
export type AppWords = Readonly<Record<keyof typeof enApp, string>>;
export type English = typeof en & typeof enInCall & typeof enInvites & typeof enBeingRung & typeof enApp;
export type TextKey = keyof English;

/** Each language is a file of its own: nobody waits for words of a language that is not theirs. */
const LOADERS: Readonly<Record<Language, () => Promise<Dictionary>>> = {
  en: async () => (await import('./en')).en,
  'zh-CN': async () => (await import('./zh-CN')).zhCN,
};

/** Words that come later, with the pages that say them. */
export type MoreWords = InCallWords & InvitesWords & BeingRungWords & AppWords;
export type WordPack = 'in-call' | 'invites' | 'being-rung' | 'app';

const PACK_LOADERS: Readonly<
  Record<WordPack, Readonly<Record<Language, () => Promise<Partial<MoreWords>>>>>
> = {
  app: {
    en: async () => (await import('./app/en')).enApp,
    'zh-CN': async () => (await import('./app/zh-CN')).zhCNApp,
  },
  'in-call': {
    en: async () => (await import('./in-call/en')).enInCall,
    'zh-CN': async () => (await import('./in-call/zh-CN')).zhCNInCall,
  },
  'being-rung': {
    en: async () => (await import('./being-rung/en')).enBeingRung,
    'zh-CN': async () => (await import('./being-rung/zh-CN')).zhCNBeingRung,
  },
  invites: {
    en: async () => (await import('./invites/en')).enInvites,
    'zh-CN': async () => (await import('./invites/zh-CN')).zhCNInvites,
  },
};

export const loadWords = (language: Language): Promise<Dictionary> => LOADERS[language]();

export const loadPack = (pack: WordPack, language: Language): Promise<Partial<MoreWords>> =>
  PACK_LOADERS[pack][language]();
