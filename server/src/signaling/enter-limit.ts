import { createHmac, randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** One home has one IPv6 network of 64 bits and any number of addresses in it. */
const networkOf = (address: string): string => {
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const rest = tail.split(':').filter(Boolean);
  const zeros = address.includes('::')
    ? Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0')
    : [];
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':');
};

/** How often one address may try to enter. Addresses are kept for a minute, as hashes under a key that dies with this process. */
export class EnterLimit {
  readonly #key = randomBytes(32);
  readonly #limiter: RateLimiterMemory;

  /** @param perMinute `enter`s a minute per address. */
  constructor(perMinute: number) {
    this.#limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  }

  async admits(address: string): Promise<boolean> {
    const who = createHmac('sha256', this.#key).update(networkOf(address)).digest('base64url');
    try {
      await this.#limiter.consume(who);
      return true;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return false;
      throw refusal;
    }
  }
}
