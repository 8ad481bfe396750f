import { shallowRef } from 'vue';

/** The call whose page is open in this tab, for what is shown on every page. */
export interface CurrentCall {
  readonly callId: string;
  /** `on`: from the lobby to the end. */
  readonly is: 'on' | 'over';
  /** performance.now() when both first were together; null: not yet. */
  readonly since: number | null;
  /** Hangs up, or gives the lobby up. Resolves once the page has taken it in. */
  leave(): Promise<void>;
}

export const currentCall = shallowRef<CurrentCall | null>(null);
