import { shallowRef, type Component } from 'vue';

/** Where two say that they want to keep each other: comes with what a running call shows, and stays when it is over. */
export const keepPart = shallowRef<Component | null>(null);
