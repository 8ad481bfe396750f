import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

export const DOCS_PATH = 'api/docs';

/** The API's description at /api/docs, as JSON at /api/docs-json. Everything the page needs comes from this server. */
export function serveApiDocs(app: INestApplication): void {
  const description = new DocumentBuilder()
    .setTitle('o to o')
    .setDescription(
      'Calls between two people. Errors are problem documents (RFC 9457). The signaling socket at /api/signal is described in PROTOCOL.md.',
    )
    .setVersion('1')
    .build();
  SwaggerModule.setup(DOCS_PATH, app, () => SwaggerModule.createDocument(app, description), {
    customSiteTitle: 'o to o: API',
    // The validator badge would ask a third party.
    swaggerOptions: { validatorUrl: null },
  });
}
