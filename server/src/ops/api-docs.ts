import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { RequestHandler } from 'express';
import { API_DOCS_STYLE, apiDocsPage } from './api-docs-page.js';
import { ProblemDocument, problemResponse } from './problem-document.js';

export const DOCS_PATH = 'api/docs';
const STYLE = `/${DOCS_PATH}/style.css`;

/** What any request may be answered with before it reaches anything of ours; see problem.ts. */
const EVERYWHERE = [
  [400, 'The request cannot be read'],
  [405, 'Another method is meant; see Allow'],
  [413, 'The request is too large'],
  [415, 'Not JSON in UTF-8'],
  [500, 'Something went wrong on the server'],
] as const;

/** The page, or for programs that ask for JSON the description itself. */
function docsPage(describe: () => OpenAPIObject): RequestHandler {
  let page: string | undefined;
  return (request, response, next) => {
    const path = request.path.replace(/\/$/, '');
    if (request.method !== 'GET' && request.method !== 'HEAD') next();
    else if (path === STYLE) response.type('css').set('cache-control', 'no-cache').send(API_DOCS_STYLE);
    else if (path !== `/${DOCS_PATH}`) next();
    else {
      response.set({ 'cache-control': 'no-cache', vary: 'Accept' });
      if (request.accepts(['html', 'json']) === 'json') response.json(describe());
      else
        response
          .type('html')
          .send((page ??= apiDocsPage(describe(), { style: STYLE, json: `/${DOCS_PATH}-json` })));
    }
  };
}

/**
 * The API's description at /api/docs, as JSON at /api/docs-json. The page is ours: Swagger's own needs styles in its text,
 * makes HTML of what it is given, and would do both on the origin where people's calls are.
 */
export function serveApiDocs(app: NestExpressApplication): void {
  const description = new DocumentBuilder()
    .setTitle('o to o')
    .setDescription(
      'Calls between two people. Errors are problem documents (RFC 9457). The signaling socket at /api/signal is described in PROTOCOL.md.',
    )
    .setVersion('1')
    .addGlobalResponse(...EVERYWHERE.map(([status, text]) => problemResponse(status, text)))
    .build();
  let document: OpenAPIObject | undefined;
  const describe = (): OpenAPIObject =>
    (document ??= SwaggerModule.createDocument(app, description, { extraModels: [ProblemDocument] }));
  app.use(docsPage(describe));
  SwaggerModule.setup(DOCS_PATH, app, describe, { ui: false, raw: true });
}
