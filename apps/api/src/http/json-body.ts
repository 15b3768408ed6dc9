import type { IncomingMessage } from 'node:http';
import { json, type ErrorRequestHandler, type Request, type RequestHandler } from 'express';
import { BerthError } from '#libs/core/errors.js';

/** A JSON body at most. Pushes and uploads are streams of other types, which this does not touch. */
const LIMIT = '1mb';

/** A request with its JSON body as it came, byte by byte: signatures are over that. */
export interface RawBody extends Request {
  rawBody?: Buffer;
}

/** Reads JSON bodies; what is wrong with one becomes an error that the problem filter knows, before Nest rewords it. */
export function jsonBody(): (RequestHandler | ErrorRequestHandler)[] {
  const reword: ErrorRequestHandler = (error: unknown, _request, _response, next) => next(reworded(error));
  const verify = (request: IncomingMessage, _: unknown, body: Buffer): void => {
    (request as RawBody).rawBody = body;
  };
  return [json({ limit: LIMIT, verify }), reword];
}

/** express.json() marks its errors with `type`. */
function reworded(error: unknown): unknown {
  switch ((error as { type?: unknown } | null)?.type) {
    case 'entity.parse.failed':
      return new BerthError('malformed_json', 'The body is not valid JSON.');
    case 'entity.too.large':
      return new BerthError('body_too_large', `A JSON body has at most ${LIMIT}.`);
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new BerthError('unsupported_media_type', 'Send JSON as UTF-8, plain or gzip.');
    case 'request.aborted':
    case 'request.size.invalid':
      return new BerthError('malformed_request', 'The request ended early.');
    default:
      return error;
  }
}
