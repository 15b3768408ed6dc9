import { isDeepStrictEqual } from 'node:util';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { z } from 'zod';
import { ANSWER } from '../http/answers.js';

/** Every answer that any test gets is what the contract says, no more and no less; if not, the test sees status 500. */
export class ContractCheck implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const schema: unknown = Reflect.getMetadata(ANSWER, context.getHandler());
    if (!(schema instanceof z.ZodType)) return next.handle();
    return next.handle().pipe(
      map((value: unknown) => {
        const sent: unknown = JSON.parse(JSON.stringify(value));
        const parsed = schema.safeParse(sent);
        if (!parsed.success) fail(context, z.prettifyError(parsed.error));
        else if (!isDeepStrictEqual(parsed.data, sent))
          fail(context, 'It has fields that the contract lacks.');
        return value;
      }),
    );
  }
}

function fail(context: ExecutionContext, why: string): never {
  const message = `${context.getClass().name}.${context.getHandler().name} breaks its contract. ${why}`;
  console.error(message);
  throw new Error(message);
}
