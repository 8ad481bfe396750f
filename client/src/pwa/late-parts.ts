import { shallowRef, type Component } from 'vue';

// Parts of pages that come when nothing else is to be done; null until then.

/** What the app has to say on calm pages: a newer version, how to install it. */
export const calmLines = shallowRef<Component | null>(null);

/** What it has to say after a good call. */
export const afterCallLines = shallowRef<Component | null>(null);
