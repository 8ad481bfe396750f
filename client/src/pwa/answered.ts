import { messageSW } from 'workbox-window';
import { readAnsweredReply, type AnsweredQuestion, type AnsweredReply } from './worker-messages';

/** ms: longer than the server may take to answer the worker. */
const PATIENCE_MS = 20_000;

/**
 * The worker was tapped to accept this ring, and opened this page: what came of it? Nobody else knows, so an address alone
 * leads into no call.
 */
export async function whatCameOf(ringId: string): Promise<AnsweredReply> {
  const worker = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null;
  if (!worker) return { is: 'unknown' };
  const question: AnsweredQuestion = { type: 'answered?', ringId };
  const late = new Promise<null>((done) => setTimeout(() => done(null), PATIENCE_MS));
  return readAnsweredReply(await Promise.race([messageSW(worker, question), late]));
}
