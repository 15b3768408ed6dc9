import { fileURLToPath } from 'node:url';
import { Router, static as serveStatic } from 'express';
import { dashboardDir } from '../paths.js';
import { compressedTwin } from './compressed-twin.js';

/** Paths that are not pages: Nest and the documentation answer them. */
const NOT_PAGES = /^\/(?:v1|v2|git|docs|healthz)(?:\/|$)/;

const NOT_BUILT = `<!doctype html><html lang="en"><head><meta charset="utf-8" /><title>Berth</title></head>
<body><h1>The dashboard is not built</h1><p>Run <code>npm run build</code>; the API is documented at <a href="/docs">/docs</a>.</p></body></html>
`;

/**
 * The dashboard: Vite's files, and index.html for every other page, since its router reads the address. Files in assets/ carry
 * a hash in their name and are kept for ever; index.html is asked for each time.
 */
export function dashboardFiles(directory = fileURLToPath(dashboardDir)): Router {
  const router = Router();
  router.use((request, _, next) =>
    NOT_PAGES.test(request.path) || !['GET', 'HEAD'].includes(request.method) ? next('router') : next(),
  );
  router.use(compressedTwin(directory));
  router.use(
    '/assets',
    serveStatic(`${directory}/assets`, { immutable: true, maxAge: '365d', index: false, redirect: false }),
  );
  router.use(serveStatic(directory, { index: false, maxAge: '1h', redirect: false }));
  router.use((request, response, next) => {
    // A missing file is a 404, not a page.
    if (/\.[a-z0-9]{2,5}$/i.test(request.path)) return next();
    response.set('Cache-Control', 'no-cache');
    response.sendFile('index.html', { root: directory, cacheControl: false }, (error) => {
      if (error && !response.headersSent) response.status(503).type('html').send(NOT_BUILT);
    });
  });
  return router;
}
