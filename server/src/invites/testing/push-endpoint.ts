import { createECDH, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { selfSigned } from '../../../../e2e/support/certificate.js';
import { removeFolder, temporaryFolder, until } from '../../../../e2e/support/child.js';
import { decodePushPayload, type PushPayload } from '../../protocol/index.js';

/** A message as the push service got it, and as the browser reads it. */
export interface Pushed {
  readonly headers: IncomingHttpHeaders;
  readonly payload: PushPayload;
}

type Answer = (response: ServerResponse, pushed: Pushed) => void;

const answer =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, headers).end();
  };

/** RFC 8291 from the browser's side, written from the RFC: one record, no padding to speak of. */
function decrypt(body: Buffer, key: ReturnType<typeof createECDH>, auth: Buffer): string {
  const [salt, idLength] = [body.subarray(0, 16), body.readUInt8(20)];
  const sender = body.subarray(21, 21 + idLength);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), key.getPublicKey(), sender]);
  const secret = Buffer.from(hkdfSync('sha256', key.computeSecret(sender), auth, info, 32));
  const derive = (name: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, salt, `Content-Encoding: ${name}\0`, bytes));
  const sealed = body.subarray(21 + idLength);
  const cipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
  cipher.setAuthTag(sealed.subarray(-16));
  const text = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
  return text.subarray(0, text.lastIndexOf(2)).toString('utf8');
}

/** As `PushSubscription.toJSON()` says it. */
export interface PushSubscriptionText {
  readonly endpoint: string;
  readonly expirationTime: null;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** A push service on this machine with one subscription, and the browser behind it. */
export class PushService {
  readonly pushed: Pushed[] = [];
  /** Each answers one message; the last goes on. */
  answers: Answer[] = [answer(201)];
  readonly #key = createECDH('prime256v1');
  readonly #auth = randomBytes(16);
  readonly #sockets = new Set<Socket>();

  private constructor(
    readonly ca: string,
    private readonly server: Server,
    private readonly folder: string,
    /** The certificate as a file, for NODE_EXTRA_CA_CERTS. */
    readonly caFile: string,
  ) {
    this.#key.generateKeys();
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const decoded = decodePushPayload(decrypt(Buffer.concat(parts), this.#key, this.#auth));
        if (!decoded.ok) throw new Error(`no browser reads this: ${decoded.problem}`);
        const pushed = { headers: request.headers, payload: decoded.value };
        this.pushed.push(pushed);
        const how = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
        how?.(response, pushed);
      });
    });
  }

  static async start(): Promise<PushService> {
    const folder = temporaryFolder('push-service');
    const files = selfSigned(folder, 'IP:127.0.0.1');
    const ca = readFileSync(files.cert, 'utf8');
    const server = createServer({ cert: ca, key: readFileSync(files.key) });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PushService(ca, server, folder, files.cert);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** As PUSH_ENDPOINT_ALLOW takes it. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** As `PushSubscription.toJSON()` says it. */
  get subscription(): PushSubscriptionText {
    const p256dh = this.#key.getPublicKey('base64url', 'uncompressed');
    const keys = { p256dh, auth: this.#auth.toString('base64url') };
    return { endpoint: `https://${this.host}/push/some-secret-endpoint`, expirationTime: null, keys };
  }

  answer(...statuses: readonly (number | readonly [number, Record<string, string>] | 'silence')[]): void {
    this.answers = statuses.map((status) => {
      if (status === 'silence') return () => undefined;
      return typeof status === 'number' ? answer(status) : answer(...status);
    });
  }

  /** The next message of this kind that nobody has asked for yet. */
  async until(kind: PushPayload['kind']): Promise<Pushed> {
    return until(`a message "${kind}"`, () => {
      const at = this.pushed.findIndex(({ payload }) => payload.kind === kind);
      return at < 0 ? null : this.pushed.splice(at, 1)[0];
    });
  }

  reset(): void {
    this.answer(201);
    this.pushed.length = 0;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    removeFolder(this.folder);
  }
}
