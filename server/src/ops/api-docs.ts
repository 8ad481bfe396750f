import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ProblemDocument, problemResponse } from './problem-document.js';

export const DOCS_PATH = 'api/docs';

/** What any request may be answered with before it reaches anything of ours; see problem.ts. */
const EVERYWHERE = [
  [400, 'The request cannot be read'],
  [405, 'Another method is meant; see Allow'],
  [413, 'The request is too large'],
  [415, 'Not JSON in UTF-8'],
  [500, 'Something went wrong on the server'],
] as const;

/** The API's description at /api/docs, as JSON at /api/docs-json. Everything the page needs comes from this server. */
export function serveApiDocs(app: INestApplication): void {
  const description = new DocumentBuilder()
    .setTitle('o to o')
    .setDescription(
      'Calls between two people. Errors are problem documents (RFC 9457). The signaling socket at /api/signal is described in PROTOCOL.md.',
    )
    .setVersion('1')
    .addGlobalResponse(...EVERYWHERE.map(([status, text]) => problemResponse(status, text)))
    .build();
  const document = () => SwaggerModule.createDocument(app, description, { extraModels: [ProblemDocument] });
  SwaggerModule.setup(DOCS_PATH, app, document, {
    customSiteTitle: 'o to o: API',
    // The validator badge would ask a third party.
    swaggerOptions: { validatorUrl: null },
  });
}
