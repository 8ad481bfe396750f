import {
  Catch,
  HttpException,
  Logger,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { isPagePath } from '../pages/client-pages.js';
import { DatabaseAway } from '../persistence/database-unavailable.js';
import { StoreUnavailable } from '../presence/store-unavailable.js';
import { allowedMethods } from './allowed-methods.js';
import { generalProblem, methodNotAllowed, ProblemError, sendProblem, unavailable } from './problem.js';

/** Status of what body parsers and routers throw (http-errors), and of Nest's own exceptions. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof URIError) return 400;
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : 500;
  return typeof status === 'number' ? status : 500;
}

/** Every no of the API is a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    sendProblem(response, this.#problemOf(error, http.getRequest<Request>()));
  }

  #problemOf(error: unknown, request: Request): Pick<ProblemError, 'problem' | 'headers'> {
    if (error instanceof ProblemError) return error;
    if (error instanceof StoreUnavailable || error instanceof DatabaseAway) return unavailable();
    if (error instanceof NotFoundException) {
      const allowed = isPagePath(request.path) ? ['GET', 'HEAD'] : allowedMethods(request);
      if (allowed.length > 0) return methodNotAllowed(allowed);
    }
    const problem = generalProblem(statusOf(error));
    // The address of a call stands in the request's, so that is not logged.
    if (problem.status >= 500) this.#logger.error(error);
    return { problem, headers: {} };
  }
}
