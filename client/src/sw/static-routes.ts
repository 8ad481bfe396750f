/** Routes the browser follows without asking, or even starting, the worker (Chromium 123 and later). */
interface StaticRoute {
  readonly condition: { readonly urlPattern: { readonly pathname: string } };
  readonly source: 'network' | 'cache';
}

const ROUTES: readonly StaticRoute[] = [
  // What the server says is never kept.
  { condition: { urlPattern: { pathname: '/api/*' } }, source: 'network' },
  // Named by their content: what is kept is what was asked for. What is not kept comes from the network.
  { condition: { urlPattern: { pathname: '/assets/*' } }, source: 'cache' },
];

const takesRoutes = (
  event: ExtendableEvent,
): event is ExtendableEvent & { addRoutes: (routes: readonly StaticRoute[]) => Promise<void> } =>
  'addRoutes' in event;

/** Spares the worker what needs no decision. Elsewhere it lets the same requests through itself. */
export function letThrough(installing: ExtendableEvent): void {
  if (takesRoutes(installing)) installing.waitUntil(installing.addRoutes(ROUTES).catch(() => undefined));
}
