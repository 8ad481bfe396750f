import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { APP_CONFIG, StartupProblem, type AppConfig } from '../config/app-config.js';
import { kindOf } from '../ops/error-kind.js';
import { say } from '../ops/log-events.js';
import { Metrics } from '../ops/metrics.js';
import { answerTo } from './stun-message.js';

const FAMILIES = ['udp4', 'udp6'] as const;
type Family = (typeof FAMILIES)[number];

/** This machine has no such addresses at all: nothing to warn of. */
const NO_SUCH_FAMILY = ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EPROTONOSUPPORT'];

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** Tells browsers their own address, so that an operator needs no other server. */
@Injectable()
export class StunService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger(StunService.name);
  readonly #sockets: Socket[] = [];

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly metrics: Metrics,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { stun } = this.config;
    if (stun.is !== 'embedded') return;
    for (const port of [stun.port, stun.port + 1]) {
      const problem = await this.#listen(port);
      if (problem === null) continue;
      if (stun.chosen) throw new StartupProblem(problem);
      say(this.#logger, 'stun-port-taken', problem);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(
      this.#sockets.map(
        (socket) =>
          new Promise<void>((resolve) => {
            socket.close(() => {
              resolve();
            });
          }),
      ),
    );
  }

  /** null: it listens; otherwise what is wrong and what to do. */
  async #listen(port: number): Promise<string | null> {
    const problems = await Promise.all(FAMILIES.map((family) => this.#bind(family, port)));
    const problem = problems.find((code) => code !== null && !NO_SUCH_FAMILY.includes(code));
    if (problem === undefined) return null;
    return `UDP port ${port} cannot be used for STUN (${problem ?? ''}). Set STUN_PORT to a free one (it and the next are used), or STUN_URLS to another STUN server.`;
  }

  /** null: it listens; otherwise the reason why not. */
  async #bind(family: Family, port: number): Promise<string | null> {
    const socket = createSocket({ type: family, ipv6Only: family === 'udp6' });
    try {
      socket.bind(port);
      await once(socket, 'listening');
    } catch (error) {
      socket.close();
      return codeOf(error);
    }
    socket.on('error', (error) => {
      say(this.#logger, 'stun-failing', `STUN on port ${port}: ${kindOf(error)}.`);
    });
    socket.on('message', (packet, from) => {
      const answer = answerTo(packet, from.address, from.port);
      if (answer === null) return;
      this.metrics.stunAnswers.inc();
      // Whom an answer does not reach asks again.
      socket.send(answer, from.port, from.address, () => undefined);
    });
    this.#sockets.push(socket);
    return null;
  }
}
