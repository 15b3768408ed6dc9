import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request, Response } from 'express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { problem } from '#libs/contracts/api/common.js';
import { version } from '#libs/config/version.js';
import { Compressed } from './compressed.js';
import { describeRoutes } from './describe-routes.js';
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
  describeRoutes(document);
  return document;
}

/** Serves the document at /v1/openapi.json; it is made when first asked for. */
export function serveOpenApi(app: NestExpressApplication): void {
  const kept = new Compressed('json', async () => JSON.stringify(openApiDocument(app)));
  app.use('/v1/openapi.json', (request: Request, response: Response) => kept.send(request, response));
}
