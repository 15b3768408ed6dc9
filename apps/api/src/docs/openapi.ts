import type { Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Declaration } from '#libs/access/declaration.js';
import { routesOf } from '#libs/access/routes.js';
import { problem } from '#libs/contracts/api/common.js';
import { abilities } from '#libs/core/roles.js';
import { version } from '../version.js';
import { openApiSchema } from './openapi-schema.js';

/** Builds the OpenAPI 3.1 document from the routes and the Zod schemas that they check with. */
export function openApiDocument(app: NestExpressApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Berth')
    .setDescription('Push code, get a URL. Errors are problem details (RFC 9457); lists have `next` cursors.')
    .setVersion(version)
    .addServer('/', 'This platform')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A token: berth_…' }, 'token')
    .addCookieAuth('berth_session', { type: 'apiKey', in: 'cookie' }, 'session')
    .addGlobalResponse({
      status: 'default',
      description: 'Problem details',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: openApiSchema,
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  Object.assign(
    ((document.components ??= {}).schemas ??= {}),
    openApiSchema(problem, { schemaType: 'output' })?.components,
  );
  declareAccess(document, app);
  return document;
}

/** Serves the document at /v1/openapi.json; it is made when first asked for. */
export function serveOpenApi(app: NestExpressApplication): void {
  let text: string | null = null;
  app.use('/v1/openapi.json', (_: unknown, response: { type(t: string): { send(body: string): void } }) => {
    text ??= JSON.stringify(openApiDocument(app));
    response.type('json').send(text);
  });
}

/** Writes into each operation who may call it. */
function declareAccess(document: OpenAPIObject, app: NestExpressApplication): void {
  const controllers = app.get(DiscoveryService, { strict: false }).getControllers();
  for (const route of routesOf(controllers.map(({ metatype }) => metatype as Type))) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    const operation = document.paths[path]?.[route.method.toLowerCase() as 'get'];
    if (!operation || !route.declaration) continue;
    const open = route.declaration.who === 'public';
    operation.security = open ? [] : [{ token: [] }, { session: [] }];
    Object.assign(operation, { 'x-berth-access': accessText(route.declaration) });
    const told = `Who may: ${accessText(route.declaration)}.`;
    operation.description = operation.description ? `${operation.description} ${told}` : told;
  }
}

function accessText(declaration: Declaration): string {
  switch (declaration.who) {
    case 'public':
      return 'anybody';
    case 'signed-in':
      return `anybody signed in, token scope ${declaration.scope}`;
    case 'admin':
      return 'administrators of the platform';
    case 'can':
      return `${abilities[declaration.ability].role} or more, token scope ${abilities[declaration.ability].scope}`;
    case 'handler':
      return declaration.why;
  }
}
