import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { LOG } from '../log.js';
import { problemOf } from './problem.js';

/** Answers every error as problem details; logs those that are Berth's own fault. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const { body, headers, ours } = problemOf(error);
    if (ours)
      this.log.error({ err: error, errorId: body.errorId, method: request.method, path: request.path });
    // A stream that broke half-way has no status to give any more.
    if (response.headersSent) return void response.destroy();
    response.status(body.status).set(headers).type('application/problem+json').send(JSON.stringify(body));
  }
}
