import { nextTick } from 'vue';
import { createRouter, createWebHistory, type RouterHistory } from 'vue-router';
import { loadAnswered, loadCall, loadHome, loadNotFound, loadRing, loadSettings } from './pages/loaders';

/** Whoever hears the page is taken to the new one's heading, as a real page load would do. */
function goToHeading(): void {
  const heading = document.querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus({ preventScroll: true });
}

/** The addresses of the product. */
export function makeRouter(history: RouterHistory = createWebHistory()) {
  const router = createRouter({
    history,
    routes: [
      { path: '/', name: 'home', component: loadHome },
      { path: '/c/:callId', name: 'call', component: loadCall },
      { path: '/r/:slug', name: 'ring', component: loadRing },
      { path: '/answered/:ringId', name: 'answered', component: loadAnswered },
      { path: '/settings', name: 'settings', component: loadSettings },
      { path: '/:rest(.*)*', name: 'not-found', component: loadNotFound },
    ],
  });
  router.afterEach((to, from, failure) => {
    if (!failure && from.matched.length > 0 && to.path !== from.path) void nextTick(goToHeading);
  });
  return router;
}
