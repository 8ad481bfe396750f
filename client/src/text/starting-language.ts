import { recall } from '@/ui/remembered';
import { isLanguage, languageFor, type Language } from './which-language';

export const STORAGE_KEY = 'language';

/** The language that was chosen in this browser, or else the browser's own. */
export function startingLanguage(): Language {
  const chosen = recall(STORAGE_KEY);
  return isLanguage(chosen) ? chosen : languageFor(navigator.languages);
}
