import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { addressReader } from '../config/client-address.js';

/** Somebody's network as the limits know it: a hash that only this process can make, and only today. */
export interface Caller {
  readonly hash: string;
}

const KEY_BYTES = 32;
/** Characters of a hash (6 bits each): no two addresses of a day share one, and every address of a minute is remembered. */
const HASH_LENGTH = 16;
/** ms a key is used. */
const KEY_LIFE_MS = 24 * 3_600_000;

/** A home has one IPv6 network of 64 bits and any number of addresses in it, however they are written. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const rest = tail.split(':').filter((group) => group !== '');
  const zeros = Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0');
  const all = [...groups, ...(address.includes('::') ? zeros : []), ...rest];
  return all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}

/**
 * Addresses → what the limits count. The key is random, never leaves this object, and is another one every day: what was
 * counted yesterday can be traced to no address, not even by who has the process' memory now.
 *
 * At the change every address begins anew, so that once a day it may do within a minute what is meant for two. That is no
 * more than the limits give anybody who comes right before and right after the end of a minute; and sockets are counted
 * down under the name they were counted up with.
 */
export class AddressHash {
  #key = randomBytes(KEY_BYTES);
  #renewAt: number;

  /** @param now ms on a clock that only goes forward. */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#renewAt = now() + KEY_LIFE_MS;
  }

  of(address: string): Caller {
    // Looked at when it is needed: with a key that nobody uses nothing is counted.
    if (this.now() >= this.#renewAt) {
      this.#key = randomBytes(KEY_BYTES);
      this.#renewAt = this.now() + KEY_LIFE_MS;
    }
    const hash = createHmac('sha256', this.#key).update(networkOf(address)).digest();
    return { hash: hash.toString('base64url', 0, (HASH_LENGTH * 6) / 8) };
  }
}

/** On a request: whose it is, once that was asked. A table of requests beside them would be in the way of every collection. */
const KNOWN = Symbol('caller');

/** Whose request or socket something is, for all limits alike. Nothing else of this server looks at an address. */
@Injectable()
export class Callers {
  readonly #hash = new AddressHash();
  readonly #addressOf: (request: IncomingMessage) => string;
  readonly #isOn: boolean;

  constructor(@Inject(APP_CONFIG) config: Pick<AppConfig, 'trustProxy' | 'rateLimits'>) {
    this.#addressOf = addressReader(config.trustProxy);
    this.#isOn = config.rateLimits === 'on';
  }

  /** null: there are no limits, and nobody is told from anybody else. */
  of(request: IncomingMessage & { [KNOWN]?: Caller }): Caller | null {
    if (!this.#isOn) return null;
    const caller = request[KNOWN] ?? this.#hash.of(this.#addressOf(request));
    request[KNOWN] = caller;
    return caller;
  }
}
