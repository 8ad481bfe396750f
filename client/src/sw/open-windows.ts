import { callsOpen } from '../pwa/calls-open';
import { WHERE } from '../pwa/where';
import type { OpenWindow } from './notification-machine';

declare const self: ServiceWorkerGlobalScope;

/** ms a window may take to say which page it shows: one that sleeps says nothing. */
const PATIENCE_MS = 300;

function ask(client: WindowClient): Promise<string | null> {
  return new Promise((done) => {
    const channel = new MessageChannel();
    const timer = setTimeout(() => done(null), PATIENCE_MS);
    channel.port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      clearTimeout(timer);
      done(typeof data === 'string' ? data : null);
    };
    client.postMessage(WHERE, [channel.port2]);
  });
}

const callIn = (path: string): string | null => /^\/c\/([\w-]+)/.exec(path)?.[1] ?? null;

/** All windows of ours. A worker knows only the address a window was opened with, so each is asked. */
export async function openClients(): Promise<readonly WindowClient[]> {
  return self.clients.matchAll({ type: 'window', includeUncontrolled: true });
}

/** What is open where. A window that does not answer may be the one in a call that no other window shows. */
export async function openWindows(): Promise<readonly OpenWindow[]> {
  const [clients, calls] = await Promise.all([openClients(), callsOpen()]);
  const paths = await Promise.all(clients.map(ask));
  const shown = paths.map((path) => (path === null ? null : callIn(path)));
  const hidden = [...calls].find((callId) => !shown.includes(callId)) ?? null;
  return clients.map(({ id, visibilityState }, at) => {
    const callId = paths[at] === null ? hidden : (shown[at] ?? null);
    return {
      id,
      isVisible: visibilityState === 'visible',
      callId: callId !== null && calls.has(callId) ? callId : null,
    };
  });
}
