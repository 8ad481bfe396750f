import type { CallActions, CallView } from '@/call/call-view';

/** A call as the pages see it: what is shown, and what may be asked for. The pinia store is one; tests make others. */
export type CallFace = CallView & CallActions;
