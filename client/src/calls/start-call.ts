import { isCallIdShaped, isFields } from '@protocol';
import { keepKey, makeCallKey } from './call-keys';

/** Why no call could be made; each has its sentence on the page. */
export type StartProblem = 'offline' | 'busy' | 'unavailable';

export type StartedCall =
  | { readonly ok: true; readonly callId: string; readonly key: string }
  | { readonly ok: false; readonly problem: StartProblem };

/** How long (ms) the server may take before the person is told. */
const TIME_LIMIT_MS = 15_000;

async function readCallId(response: Response): Promise<string | null> {
  const body: unknown = await response.json().catch(() => null);
  const callId = isFields(body) ? body['callId'] : null;
  return isCallIdShaped(callId) ? callId : null;
}

/** `POST /api/calls`. Never throws: what went wrong is in the answer. */
export async function startCall(): Promise<StartedCall> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIME_LIMIT_MS);
  try {
    const response = await fetch('/api/calls', { method: 'POST', signal: abort.signal });
    if (response.status === 429) return { ok: false, problem: 'busy' };
    const callId = response.ok ? await readCallId(response) : null;
    if (!callId) return { ok: false, problem: 'unavailable' };
    const key = makeCallKey();
    keepKey(callId, { key, madeHere: true });
    return { ok: true, callId, key };
  } catch {
    // fetch rejects only when no answer came: no network, no server, or the time limit.
    return { ok: false, problem: 'offline' };
  } finally {
    clearTimeout(timer);
  }
}
