import type { INestApplicationContext } from '@nestjs/common';
import type { RequestHandler } from 'express';
import { Metrics } from './metrics.js';

/** Counts answers by status; not by address, which may hold the id of a call. */
export function countRequests(app: INestApplicationContext): RequestHandler {
  const { requests } = app.get(Metrics);
  return (_request, response, next) => {
    response.once('finish', () => {
      requests.inc({ status: response.statusCode });
    });
    next();
  };
}
