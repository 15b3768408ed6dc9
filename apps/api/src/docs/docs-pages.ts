import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Router } from 'express';
import { problemsPage } from './problems-page.js';

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Berth API</title>
    <link rel="stylesheet" href="/docs/assets/swagger-ui.css" />
    <link rel="icon" href="data:," />
  </head>
  <body>
    <div id="docs"></div>
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

/** Browsable documentation at /docs: Swagger UI from this machine, without inline script, so that the CSP holds. */
export function docsPages(): Router {
  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const router = Router();
  router.get('/docs', (_, response) => void response.type('html').send(PAGE));
  router.get('/docs/start.js', (_, response) => void response.type('js').send(START));
  router.get('/docs/problems', (_, response) => void response.type('html').send(problemsPage()));
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js'])
    router.get(`/docs/assets/${file}`, (_, response) =>
      response.sendFile(join(assets, file), { maxAge: '1h', cacheControl: true }),
    );
  return router;
}
