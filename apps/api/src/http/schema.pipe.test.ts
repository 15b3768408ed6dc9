import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configChange } from '#libs/contracts/api/config.js';
import { BerthError } from '#libs/core/errors.js';
import { SchemaPipe } from './schema.pipe.js';

const pipe = new SchemaPipe();

async function problemsOf(value: unknown, type: 'body' | 'query', schema: z.ZodType) {
  const error = await pipe.transform(value, { type, schema }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BerthError)) throw new Error('It was let through.');
  return { code: error.code, errors: error.details['errors'] };
}

describe('schema pipe', () => {
  it('gives what the schema makes of the value', async () => {
    const schema = z.object({ limit: z.coerce.number().default(30) });
    expect(await pipe.transform({}, { type: 'query', schema })).toEqual({ limit: 30 });
  });

  it('points at the wrong field of a body by RFC 6901', async () => {
    expect(await problemsOf({ vars: { 'A/B~': 'x' } }, 'body', configChange)).toMatchObject({
      code: 'invalid_body',
      errors: [{ pointer: '/vars/A~1B~0' }],
    });
  });

  it('names the wrong parameter of a query', async () => {
    const schema = z.object({ limit: z.coerce.number().max(100) });
    expect(await problemsOf({ limit: '1000' }, 'query', schema)).toMatchObject({
      code: 'invalid_query',
      errors: [{ pointer: 'limit' }],
    });
  });

  it('lists twenty wrong fields at most', async () => {
    const { errors } = await problemsOf(Array.from({ length: 50 }), 'body', z.array(z.string()));
    expect(errors).toHaveLength(20);
  });
});
