import type { OpenAPIObject } from '@nestjs/swagger';
import type { Declaration } from '#libs/access/declaration.js';
import { controllersOf, routesOf, type Route } from '#libs/access/routes.js';
import { abilities } from '#libs/core/roles.js';
import { AppModule } from '../app.module.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Completes the operations with what Nest's decorators do not say: who may call, the names in the path, idempotency. */
export function describeRoutes(document: OpenAPIObject): void {
  for (const route of routesOf(controllersOf(AppModule))) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    const operation = document.paths[path]?.[route.method.toLowerCase() as 'get'];
    if (!operation) continue;
    if (route.declaration) describeAccess(operation, route.declaration);
    nameParameters(operation, route);
  }
}

function describeAccess(operation: Operation, declaration: Declaration): void {
  const text = accessText(declaration);
  operation.security = declaration.who === 'public' ? [] : [{ token: [] }, { session: [] }];
  operation.description = [operation.description, `Who may: ${text}.`].filter(Boolean).join(' ');
}

/** `:app` and `:team` are read by the guard, not by the handlers, so Nest does not know of them. */
function nameParameters(operation: Operation, { path, method, declaration }: Route): void {
  const parameters = (operation.parameters ??= []);
  const known = new Set(parameters.flatMap((one) => ('name' in one ? [one.name] : [])));
  for (const [, name = ''] of path.matchAll(/:(\w+)/g))
    if (!known.has(name)) parameters.push({ name, in: 'path', required: true, schema: { type: 'string' } });
  if (declaration?.who === 'public' || !['POST', 'PATCH'].includes(method)) return;
  parameters.push({
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'Repeating the request with the same key within 24 h gives the first answer again.',
    schema: { type: 'string', maxLength: 200 },
  });
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
