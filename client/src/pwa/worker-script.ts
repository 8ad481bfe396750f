import type { TrustedScriptURL } from 'trusted-types/lib';

/** Where the build puts the service worker: its place decides which pages it may speak for. */
const WORKER = '/sw.js';

/** What is used of Trusted Types (Chromium; Safari 26). Elsewhere a text will do. */
interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): TrustedScriptURL };
}

const isPolicies = (value: unknown): value is Policies =>
  typeof value === 'object' && value !== null && 'createPolicy' in value;

/** The worker's address, as a page may use it: the policy knows this one and no other. */
export function workerScript(): string | TrustedScriptURL {
  const policies: unknown = Reflect.get(globalThis, 'trustedTypes');
  if (!isPolicies(policies)) return WORKER;
  return policies.createPolicy('worker', { createScriptURL: () => WORKER }).createScriptURL(WORKER);
}
