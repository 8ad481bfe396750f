import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { RequestHandler, Response } from 'express';
import sirv from 'sirv';
import { preloadsOf } from './preloads.js';

/** The built pages, seen from here or from where this is built to. */
export const CLIENT_DIR = fileURLToPath(new URL('../../../client/dist', import.meta.url));

/** A year (s): these files have their content's hash in their names. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Everything but the API, its socket, and what operators ask. */
export const isPagePath = (path: string): boolean => !/^\/(api|healthz|readyz|metrics)(\/|$)/.test(path);

const NOT_BUILT = 'The pages are not built yet. Run: npm run build\n';

const notBuilt: RequestHandler = (_request, response) => {
  response.status(503).type('text/plain').send(NOT_BUILT);
};

const notThere: RequestHandler = (_request, response) => {
  response.status(404).type('text/plain').set('cache-control', 'no-store').send('There is no such file.\n');
};

/** A file that nobody waits for any more would stay open for ever: `pipe` only stops reading it. */
function closesWith(response: Response): void {
  response.once('pipe', (file: Readable) => {
    if (response.closed) file.destroy();
    else response.once('close', () => file.destroy());
  });
}

function builtFiles(folder: string): RequestHandler {
  const preloads = preloadsOf(folder);
  const files = sirv(folder, {
    brotli: true,
    gzip: true,
    etag: true,
    single: true,
    ignores: [/\.[^/]*$/],
    setHeaders: (response, path) => {
      response.setHeader('cache-control', path.startsWith('/assets/') ? FOR_EVER : 'no-cache');
    },
  });
  return (request, response, next) => {
    if (!request.path.includes('.')) response.setHeader('link', preloads(request.path));
    // Parts of so small files are of no use; and taken by a wrong measure they would be an error.
    delete request.headers.range;
    closesWith(response);
    files(request, response, () => {
      void notThere(request, response, next);
    });
  };
}

/**
 * Serves the pages, compressed as they were at build time. Every address without a dot is the one page, which finds out
 * by itself what to show; files that are not there are not there.
 */
export function clientPages(folder: string): RequestHandler {
  const files = existsSync(join(folder, 'index.html')) ? builtFiles(folder) : notBuilt;
  return (request, response, next) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || !isPagePath(request.path)) next();
    else files(request, response, next);
  };
}
