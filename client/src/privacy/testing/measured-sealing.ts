import { LinkSeal } from '../sealing';
import { packPayload, unpackPayload } from '@/signaling/payload';
import offer from '@/signaling/testing/chromium-offer.sdp?raw';

async function meanOf<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (const item of items) await work(item);
  return (performance.now() - began) / items.length;
}

/** Runs in a page: mean ms a message of so many bytes takes to seal and to open, and a whole offer from end to end. */
export async function measure(messages: number, bytes: number) {
  const key = crypto.getRandomValues(new Uint8Array(16));
  const [one, other] = [await LinkSeal.of(key, 'call'), await LinkSeal.of(key, 'call')];
  const contents = Array.from({ length: messages }, () => crypto.getRandomValues(new Uint8Array(bytes)));
  const sealed: Uint8Array<ArrayBuffer>[] = [];
  const seal = await meanOf(contents, async (content) => {
    sealed.push(new Uint8Array(await one.seal(0, 1, content)));
  });
  const open = await meanOf(sealed, (payload) => other.open(0, payload));
  const offers = Array.from({ length: 200 }, (_, count) => ({ k: 'o', i: count, s: offer }));
  const whole = await meanOf(offers, async (value) => {
    const opened = await other.open(0, new Uint8Array(await one.seal(0, 1, packPayload(value))));
    if (!opened.ok || !unpackPayload(opened.bytes).ok) throw new Error('What was sealed did not open.');
  });
  return { seal, open, whole };
}
