import { Injectable, StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { BerthError } from '#libs/core/errors.js';

type Issue = { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] };

/** Parses `@Body({ schema })`, `@Query({ schema })` and `@Param` by their Zod schemas; what comes out is trusted inside. */
@Injectable()
export class SchemaPipe extends StandardSchemaValidationPipe {
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (error instanceof Invalid) throw invalid(metadata.type, error.issues);
      throw error;
    }
  }

  constructor() {
    super({ exceptionFactory: (issues) => new Invalid(issues) });
  }
}

class Invalid extends Error {
  constructor(readonly issues: readonly Issue[]) {
    super('invalid');
  }
}

/** `invalid_body` or `invalid_query`, with a pointer for each wrong field (20 at most). */
export function invalid(where: ArgumentMetadata['type'], issues: readonly Issue[]): BerthError {
  const errors = issues.slice(0, 20).map(({ path, message }) => ({
    pointer: where === 'body' ? pointerOf(path ?? []) : keysOf(path ?? []).join('.'),
    detail: message,
  }));
  const first = errors[0] ? ` ${errors[0].pointer || 'The whole'}: ${errors[0].detail}` : '';
  return where === 'body'
    ? new BerthError('invalid_body', `The body does not fit.${first}`, { details: { errors } })
    : new BerthError('invalid_query', `The address or its query does not fit.${first}`, {
        details: { errors },
      });
}

/** RFC 6901. */
function pointerOf(path: NonNullable<Issue['path']>): string {
  return keysOf(path)
    .map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

function keysOf(path: NonNullable<Issue['path']>): string[] {
  return path.map((part) => String(typeof part === 'object' ? part.key : part));
}
