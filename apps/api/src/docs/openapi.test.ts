import { readFile } from 'node:fs/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controllersOf, routesOf } from '#libs/access/routes.js';
import { AppModule } from '../app.module.js';
import { openApiFile } from '../paths.js';
import { documentApp } from './document-app.js';
import { openApiDocument } from './openapi.js';

let app: NestExpressApplication;
let document: OpenAPIObject;

beforeAll(async () => {
  app = await documentApp();
  document = openApiDocument(app);
});
afterAll(() => app.close());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(
      item as Record<string, { parameters?: { name: string; in: string }[]; responses: object }>,
    ).map(([method, operation]) => ({ path, method, operation })),
  );

describe('the OpenAPI document', () => {
  it('in docs/ is what the code says (npm run generate writes it)', async () => {
    expect(JSON.parse(await readFile(openApiFile, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('has every route below /v1', () => {
    const documented = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    const routes = routesOf(controllersOf(AppModule))
      .filter(({ path }) => path.startsWith('/v1/'))
      .map(({ path, method }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(documented).toEqual(expect.arrayContaining(routes));
  });

  it('refers only to schemas that it has', () => {
    const names = Object.keys(document.components?.schemas ?? {});
    const used = JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g);
    const known = names.map((name) => `#/components/schemas/${name}`);
    expect([...new Set([...used].map(([, ref]) => ref))].filter((ref) => !known.includes(ref ?? ''))).toEqual(
      [],
    );
  });

  it('names each part of each path, has an id of its own for each operation, and an answer', () => {
    const ids = new Set<string>();
    for (const { path, operation } of operations()) {
      const named = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => one.name);
      expect(named.sort(), path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
      ids.add((operation as { operationId?: string }).operationId ?? '');
      expect(
        Object.keys(operation.responses).some((status) => /^(2\d\d|101)$/.test(status)),
        path,
      ).toBe(true);
    }
    expect(ids.size).toBe(operations().length);
  });
});
