import { ref, type Ref } from 'vue';
import { remember } from '@/ui/remembered';
import { isTheme, rememberedTheme, showTheme, STORAGE_KEY, type Theme } from './remembered-theme';

export { THEMES, type Theme } from './remembered-theme';

const current = ref<Theme>('system');

export const theme: Readonly<Ref<Theme>> = current;

function apply(next: Theme): void {
  current.value = next;
  showTheme(next);
}

/** Takes the remembered theme. Called once, before the first page is drawn. */
export const startTheme = (): void => apply(rememberedTheme());

export function chooseTheme(next: string): void {
  if (!isTheme(next)) return;
  apply(next);
  remember(STORAGE_KEY, next);
}
