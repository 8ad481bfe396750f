// The worker cannot read where pages keep the chosen language; what it can read is a cache. One entry, a few letters.

const CACHE = 'o-to-o-language';
const ENTRY = '/language';

/** Null: none was kept, or this browser keeps nothing. */
export async function keptLanguage(): Promise<string | null> {
  try {
    const entry = await caches.match(ENTRY, { cacheName: CACHE });
    return (await entry?.text()) ?? null;
  } catch {
    return null;
  }
}

/** Notifications speak this language from now on. */
export async function keepLanguage(language: string): Promise<void> {
  try {
    await (await caches.open(CACHE)).put(ENTRY, new Response(language));
  } catch {
    // Then they speak the browser's.
  }
}
