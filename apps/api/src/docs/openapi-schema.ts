import type { SwaggerDocumentOptions } from '@nestjs/swagger';
import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

/**
 * Zod schema to OpenAPI 3.1 schema. Schemas with `.meta({ id })` become components and are referred to. Undefined for
 * what is not a Zod schema.
 */
export const openApiSchema: NonNullable<SwaggerDocumentOptions['standardSchemaConverter']> = (
  schema,
  { schemaType },
) => {
  if (!(schema instanceof z.ZodType)) return undefined;
  const {
    $defs,
    $schema: _,
    ...root
  } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: schemaType,
    unrepresentable: 'any',
  }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
  const components: Record<string, JsonSchema> = Object.fromEntries(
    Object.entries($defs ?? {}).map(([name, definition]) => [name, withoutId(definition)]),
  );
  const id = schema.meta()?.id;
  if (id === undefined) return { schema: withoutId(root), components };
  return {
    schema: { $ref: `#/components/schemas/${id}` },
    // Zod gives a root that has an id among the definitions, and refers to it there; or else as the root itself.
    components: { [id]: withoutId(root), ...components },
  };
};

/**
 * Zod repeats the id inside of the schema, where JSON Schema means something else by it. One that is another by a new name refers to
 * that; references further in are led to the components by Nest.
 */
function withoutId({ id: _, $ref, ...schema }: JsonSchema): JsonSchema {
  if (typeof $ref !== 'string') return schema;
  return { ...schema, $ref: $ref.replace(/^#\/\$defs\//, '#/components/schemas/') };
}
