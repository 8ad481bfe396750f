import { ref, type Ref } from 'vue';
import { recall, remember } from '@/ui/remembered';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORAGE_KEY = 'theme';

const isTheme = (value: unknown): value is Theme => THEMES.some((theme) => theme === value);

const current = ref<Theme>('system');

export const theme: Readonly<Ref<Theme>> = current;

function apply(next: Theme): void {
  current.value = next;
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
}

/** Takes the remembered theme. Called once, before the first page is drawn. */
export function startTheme(): void {
  const chosen = recall(STORAGE_KEY);
  apply(isTheme(chosen) ? chosen : 'system');
}

export function chooseTheme(next: string): void {
  if (!isTheme(next)) return;
  apply(next);
  remember(STORAGE_KEY, next);
}
