import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  format?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  minimum?: number;
}
interface Operation {
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const documentPath = new URL('../../../../docs/openapi.json', import.meta.url);

/** The one id that everything has. */
export const someId = '01900000-0000-7000-8000-0000009c2f41';

/**
 * A platform that answers every route of docs/openapi.json with some answer that the document allows, and nothing else: what a
 * command makes of it, it makes of a real one's.
 */
export class ContractPlatform {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<ContractPlatform> {
    const document = JSON.parse(readFileSync(documentPath, 'utf8')) as Document;
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        try {
          answer(document, request.method ?? 'GET', request.url ?? '/', response);
        } catch (error) {
          response.writeHead(422).end(String(error));
        }
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new ContractPlatform(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

function answer(document: Document, method: string, url: string, response: ServerResponse): void {
  const { pathname } = new URL(url, 'http://x');
  const path = Object.keys(document.paths).find(
    (one) => matches(one, pathname) && document.paths[one]?.[method.toLowerCase()],
  );
  const operation = path === undefined ? undefined : document.paths[path]?.[method.toLowerCase()];
  const [status, done] =
    Object.entries(operation?.responses ?? {}).find(([code]) => code.startsWith('2')) ?? [];
  if (status === undefined) {
    const problem = { code: 'route_not_found', detail: `There is no ${method} ${pathname} in the contract.` };
    return void response
      .writeHead(404, { 'content-type': 'application/problem+json' })
      .end(JSON.stringify(problem));
  }
  const [type, media] = Object.entries(done?.content ?? {})[0] ?? [];
  if (type === undefined || media === undefined) return void response.writeHead(Number(status)).end();
  const content = sample(document, media.schema);
  response.writeHead(Number(status), { 'content-type': type });
  // All streams that commands follow to an end are those of deployments.
  if (type === 'text/event-stream')
    return void response.end(`event: end\ndata: ${JSON.stringify(deploymentEnd(document))}\n\n`);
  response.end(JSON.stringify(content));
}

/** `/v1/apps/{app}` has the shape of `/v1/apps/hello`; of two that fit, the document has the one without a variable first or alone. */
function matches(path: string, pathname: string): boolean {
  const [parts, given] = [path.split('/'), pathname.split('/')];
  return (
    parts.length === given.length && parts.every((part, at) => part.startsWith('{') || part === given[at])
  );
}

function deploymentEnd(document: Document): unknown {
  return {
    ...(sample(document, { $ref: '#/components/schemas/DeploymentSummary' }) as object),
    status: 'live',
  };
}

/** Some value of a schema, as full as it may be: optional and nullable parts are there. */
function sample(document: Document, schema: Schema, name = ''): unknown {
  if (schema.$ref !== undefined) {
    const target = document.components.schemas[schema.$ref.replace('#/components/schemas/', '')];
    if (target === undefined) throw new Error(`The document has no ${schema.$ref}.`);
    return sample(document, target, name);
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.enum)
    return (
      (name === 'status' &&
        schema.enum.find((one) => ['live', 'done', 'succeeded', 'delivered'].includes(String(one)))) ||
      schema.enum[0]
    );
  const some = (schema.anyOf ?? schema.oneOf)?.find(({ type }) => type !== 'null');
  if (some) return sample(document, some, name);
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type;
  switch (type) {
    case 'object':
      return Object.fromEntries([
        ...Object.entries(schema.properties ?? {}).map(
          ([key, one]) => [key, sample(document, one, key)] as const,
        ),
        ...(typeof schema.additionalProperties === 'object' && !schema.properties
          ? [['web', sample(document, schema.additionalProperties)] as const]
          : []),
      ]);
    case 'array':
      return schema.items ? [sample(document, schema.items, name)] : [];
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return text(schema, name);
  }
}

/** Text as the fields of that name hold it. */
function text({ format }: Schema, name: string): string | null {
  // What is revoked is of no use, and the last page has none after it.
  if (name === 'revokedAt' || name === 'next') return null;
  if (format === 'uuid' || name === 'id' || /Id$|^instance$/.test(name)) return someId;
  if (format === 'date-time' || /At$|^at$|since|slot/.test(name)) return '2026-01-02T03:04:05.678Z';
  if (/url$/i.test(name)) return 'http://hello.apps.localhost:8080';
  if (name === 'email') return 'jo@example.org';
  if (name === 'key') return 'COLOUR';
  return name === 'name' || name === 'app' ? 'hello' : 'some text';
}
