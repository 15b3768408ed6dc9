import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Router } from 'express';
import { Compressed } from './compressed.js';
import { problemsPage, problemsStyle } from './problems-page.js';

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="description" content="Berth's REST API, to read and to try." />
    <title>API · Berth</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/docs/assets/swagger-ui.css" />
  </head>
  <body>
    <main id="docs"></main>
    <script src="/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

// Requests from the page carry the header that writes with a session cookie need.
const START = `SwaggerUIBundle({
  url: '/v1/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  requestInterceptor: (request) => {
    request.headers['X-Berth-Csrf'] = '1';
    return request;
  },
});
`;

const files = { 'swagger-ui.css': 'css', 'swagger-ui-bundle.js': 'js' };

/** Browsable documentation at /docs: Swagger UI from this machine, without inline script, so that the CSP holds. */
export function docsPages(): Router {
  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const router = Router();
  router.get('/docs', (_, response) => void response.type('html').send(PAGE));
  router.get('/docs/start.js', (_, response) => void response.type('js').send(START));
  router.get('/docs/problems', (_, response) => void response.type('html').send(problemsPage()));
  router.get('/docs/problems.css', (_, response) => void response.type('css').send(problemsStyle));
  for (const [file, type] of Object.entries(files)) {
    const kept = new Compressed(type, () => readFile(join(assets, file)));
    router.get(`/docs/assets/${file}`, (request, response) => {
      response.set('Cache-Control', 'public, max-age=3600');
      return kept.send(request, response);
    });
  }
  return router;
}
