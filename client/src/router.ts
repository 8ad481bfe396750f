import { nextTick } from 'vue';
import { createRouter, createWebHistory, type RouterHistory } from 'vue-router';
import CallPage from './pages/CallPage.vue';
import HomePage from './pages/HomePage.vue';

/**
 * The addresses. Home and the call are in the first load together: whoever starts a call needs both, and a link is
 * opened without waiting for a second file.
 */
export const makeRouter = (history: RouterHistory = createWebHistory()) => {
  const router = createRouter({
    history,
    routes: [
      { path: '/', name: 'home', component: HomePage },
      { path: '/c/:callId', name: 'call', component: CallPage },
      { path: '/settings', name: 'settings', component: () => import('./pages/SettingsPage.vue') },
      { path: '/:rest(.*)*', name: 'not-found', component: () => import('./pages/NotFoundPage.vue') },
    ],
  });
  // Whoever hears the page is taken to the new one's heading, as a real page load would do.
  router.afterEach((to, from) => {
    if (from.matched.length === 0 || to.path === from.path) return;
    void nextTick(() => {
      const heading = document.querySelector('h1');
      heading?.setAttribute('tabindex', '-1');
      heading?.focus({ preventScroll: true });
    });
  });
  return router;
};
