import { createHmac, randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** A home has one IPv6 network of 64 bits and any number of addresses in it. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const rest = tail.split(':').filter((group) => group !== '');
  const zeros = Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0');
  return [...groups, ...(address.includes('::') ? zeros : []), ...rest].slice(0, 4).join(':');
}

/** May this one go on, and if not, when (seconds)? */
export type Admission = { readonly ok: true } | { readonly ok: false; readonly retryAfterS: number };

/**
 * How often one address may do something in a minute, in this process. Addresses are kept for that minute only, as hashes
 * under a key that is never written down.
 */
export class AddressLimit {
  readonly #key = randomBytes(32);
  readonly #limiter: RateLimiterMemory;

  constructor(perMinute: number) {
    this.#limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  }

  async admit(address: string): Promise<Admission> {
    const who = createHmac('sha256', this.#key).update(networkOf(address)).digest('base64url');
    try {
      await this.#limiter.consume(who);
      return { ok: true };
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return { ok: false, retryAfterS: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)) };
    }
  }
}
