import { request } from 'node:http';
import { Page } from '../../signaling/testing/page.js';
import type { PrivateThings } from './private-things.js';

type Headers = Readonly<Record<string, string>>;

/** From where somebody comes: through the trusted proxy, or directly. */
export type Way =
  { readonly is: 'proxied'; readonly address: string } | { readonly is: 'direct'; readonly address: string };

export interface Asked {
  readonly status: number;
  readonly text: string;
}

/** Somebody with a browser of their own: an address, and headers as browsers and proxies send them. */
export class Browserlike {
  readonly #headers: Headers;
  readonly #localAddress: string;

  constructor(
    private readonly server: { readonly port: number; readonly url: string },
    things: PrivateThings,
    name: string,
    way: Way,
  ) {
    const { address } = way;
    things.note('private', `the address of ${name}`, address);
    this.#localAddress = way.is === 'direct' ? address : '127.0.0.1';
    this.#headers = {
      origin: server.url,
      'user-agent': `Mozilla/5.0 (${things.made(`device of ${name}`)})`,
      'accept-language': `xx-${things.made(`language of ${name}`)}`,
      cookie: `session=${things.made(`cookie of ${name}`)}`,
      ...(way.is === 'proxied' ? { 'x-forwarded-for': address, forwarded: `for="${address}"` } : {}),
    };
  }

  ask(method: string, path: string, headers: Headers = {}, body = ''): Promise<Asked> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.server.port,
          localAddress: this.#localAddress,
          method,
          path,
          headers: { ...this.#headers, ...headers },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** Opens the signaling socket. */
  open(query = '', origin = this.server.url): Promise<Page> {
    return Page.open(`ws://127.0.0.1:${this.server.port}/api/signal${query}`, {
      localAddress: this.#localAddress,
      headers: { ...this.#headers, origin },
    });
  }
}
