import { ExpressAdapter } from '@nestjs/platform-express';
import type { Server } from 'node:http';

/**
 * Nest on Express, whose connections end when it closes. Nest's own way to that (`forceCloseConnections`) keeps a list of all
 * connections, and a listener on each, the upgraded ones too; Node knows by itself which connections are HTTP's.
 */
export class HttpAdapter extends ExpressAdapter {
  override async close(): Promise<void> {
    const closed: unknown = super.close();
    const server = this.httpServer as Server | undefined;
    server?.closeAllConnections();
    await closed;
  }
}
