import type { INestApplicationContext } from '@nestjs/common';
import type { RequestHandler } from 'express';
import { labelOf, type LabelOf } from './metric-list.js';
import { Metrics } from './metrics.js';

type Status = LabelOf<'o_to_o_http_requests_total'>;

const KNOWN = new Map<string, Status>(
  labelOf('o_to_o_http_requests_total').values.map((each) => [each, each]),
);

const statusOf = (code: number): Status => KNOWN.get(String(code)) ?? 'other';

/** Counts answers by status; not by address, which may hold the id of a call. */
export function countRequests(app: INestApplicationContext): RequestHandler {
  const { requests } = app.get(Metrics);
  return (_request, response, next) => {
    response.once('finish', () => {
      requests.inc(statusOf(response.statusCode));
    });
    next();
  };
}
