import { access } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { RequestHandler } from 'express';

/** In the order in which they are preferred. */
const twins = [
  { coding: 'br', suffix: '.br' },
  { coding: 'gzip', suffix: '.gz' },
];
/** Names as the build gives them; nothing that could lead out of the folder. */
const BUILT = /^(?:\/[\w-]+)*\/[\w-]+(?:\.[\w-]+)*\.(?:js|css|svg|json)$/;

/**
 * Leads a request for a built file to its compressed twin (made by apps/dashboard/build/precompress.ts) where there is one and
 * the visitor takes it; what serves files comes after it.
 */
export function compressedTwin(directory: string): RequestHandler {
  return async (request, response, next) => {
    if (!BUILT.test(request.path)) return next();
    response.vary('Accept-Encoding');
    for (const { coding, suffix } of twins) {
      if (request.acceptsEncodings(coding, 'identity') !== coding) continue;
      if (!(await exists(join(directory, request.path + suffix)))) continue;
      response.type(extname(request.path)).set('Content-Encoding', coding);
      request.url = request.path + suffix;
      break;
    }
    next();
  };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
