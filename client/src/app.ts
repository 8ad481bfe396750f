import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { beginLater } from './pwa/begin-later';
import { tellWhere } from './pwa/where';
import { makeRouter } from './router';
import { startSpeaking } from './text';
import { startTheme } from './theme/theme';

/** Draws the first page once its words are there. */
export async function startApp(): Promise<void> {
  startTheme();
  tellWhere();
  await startSpeaking();
  const router = makeRouter();
  beginLater(router);
  const app = createApp(App).use(createPinia()).use(router);
  await router.isReady();
  app.mount('#app');
}
