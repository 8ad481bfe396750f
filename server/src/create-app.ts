import type { RequestHandler } from 'express';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { AppConfig } from './config/app-config.js';
import { DOCS_PATH, serveApiDocs } from './ops/api-docs.js';
import { HttpAdapter } from './ops/http-adapter.js';
import { askedByPath, limitHttp, MAX_BODY, type HttpTimes } from './ops/http-limits.js';
import { NestLogger } from './ops/logging.js';
import { ProblemFilter } from './ops/problem.filter.js';
import { countRequests } from './ops/request-count.js';
import { dataHeaders, securityHeaders } from './ops/security-headers.js';
import { CLIENT_DIR, clientPages, isPagePath } from './pages/client-pages.js';
import { pageScripts } from './pages/page-scripts.js';
import { SignalingAdapter } from './signaling/ws-adapter.js';

export interface AppOptions {
  /** Folder of the built pages. */
  readonly clientDir?: string;
  readonly httpTimes?: HttpTimes;
}

/** The whole server, not yet listening. */
export async function createApp(
  config: AppConfig,
  logger: Logger,
  options: AppOptions = {},
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config), new HttpAdapter(), {
    logger: new NestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  return furnish(app, config, options);
}

/** Everything around the parts: headers, pages, limits, problems, sockets. */
export function furnish(
  app: NestExpressApplication,
  config: AppConfig,
  { clientDir = CLIENT_DIR, httpTimes }: AppOptions = {},
): NestExpressApplication {
  limitHttp(app.getHttpServer(), httpTimes);
  askedByPath(app.getHttpServer());
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(headersFor(config, clientDir));
  app.use(clientPages(clientDir));
  app.use(countRequests(app));
  app.useBodyParser('json', { limit: MAX_BODY });
  app.useGlobalFilters(new ProblemFilter());
  app.useWebSocketAdapter(new SignalingAdapter(app));
  serveApiDocs(app);
  return app;
}

/** Pages, among them the API's description, and data each have headers of their own. */
function headersFor(config: AppConfig, clientDir: string): RequestHandler {
  const page = securityHeaders(config, pageScripts(clientDir));
  const isDocs = (path: string): boolean => path === `/${DOCS_PATH}` || path.startsWith(`/${DOCS_PATH}/`);
  return (request, response, next) => {
    const headers = isPagePath(request.path) || isDocs(request.path) ? page : dataHeaders;
    headers(request, response, next);
  };
}
