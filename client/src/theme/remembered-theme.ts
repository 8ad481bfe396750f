import { recall } from '@/ui/remembered';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const STORAGE_KEY = 'theme';

export const isTheme = (value: unknown): value is Theme => THEMES.some((theme) => theme === value);

/** The theme that was chosen in this browser. */
export function rememberedTheme(): Theme {
  const chosen = recall(STORAGE_KEY);
  return isTheme(chosen) ? chosen : 'system';
}

export function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
