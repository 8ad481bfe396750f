import { keptLanguage } from '../pwa/kept-language';
import { isLanguage, languageFor, type Language } from '../text/which-language';
import { enWorker, type WorkerWords } from '../text/worker/en';
import { zhCNWorker } from '../text/worker/zh-CN';

const WORDS: Readonly<Record<Language, WorkerWords>> = { en: enWorker, 'zh-CN': zhCNWorker };

/** The language somebody chose in a page, or the browser's own. */
export async function workerWords(): Promise<{ language: Language; words: WorkerWords }> {
  const chosen = await keptLanguage();
  const language = isLanguage(chosen) ? chosen : languageFor(navigator.languages);
  return { language, words: WORDS[language] };
}
