import { applyDecorators, HttpCode, SetMetadata } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';

/** Metadata of a handler: the schema of its answer. */
export const ANSWER = 'berth:answer';

/** What a route does and answers: the status it sends, and its entry in the OpenAPI document. */
export function Answers(summary: string, schema: z.ZodType | null, status = schema ? 200 : 204) {
  return applyDecorators(
    HttpCode(status),
    SetMetadata(ANSWER, schema),
    ApiOperation({ summary }),
    ApiResponse({
      status,
      description: schema ? 'Done' : 'Done; nothing to say',
      ...(schema && { standardSchema: schema }),
    }),
  );
}

/** A route that answers with server-sent events. `messages` names each event and the schema of its data. */
export function Streams(summary: string, messages: Record<string, z.ZodType>) {
  const names = Object.entries(messages).map(
    ([event, schema]) => `\`${event}\` (${schema.meta()?.id ?? 'data'})`,
  );
  return applyDecorators(
    ApiOperation({
      summary,
      description: `Events: ${names.join(', ')}. Resumes after \`Last-Event-ID\`; comments keep the connection alive.`,
    }),
    ApiProduces('text/event-stream'),
    ApiResponse({ status: 200, description: 'Server-sent events', schema: { type: 'string' } }),
  );
}

/** A route that answers with a file of plain text. */
export function SendsText(summary: string) {
  return applyDecorators(
    ApiOperation({ summary }),
    ApiProduces('text/plain'),
    ApiResponse({ status: 200, description: 'The text, as a file', schema: { type: 'string' } }),
  );
}
