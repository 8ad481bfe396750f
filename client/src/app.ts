import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { makeRouter } from './router';
import { startSpeaking } from './text';
import { startTheme } from './theme/theme';

/** Draws the first page once its words are there. */
export async function startApp(): Promise<void> {
  startTheme();
  await startSpeaking();
  const router = makeRouter();
  const app = createApp(App).use(createPinia()).use(router);
  await router.isReady();
  // What is drawn takes the place of the same in the page itself (src/early): so the focus stays where it was.
  const focused = document.activeElement?.getAttribute('data-testid');
  app.mount('#app');
  if (focused) document.querySelector<HTMLElement>(`[data-testid="${focused}"]`)?.focus();
}
