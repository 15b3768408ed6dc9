import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';

/** A route that becomes a WebSocket, for the OpenAPI document. */
export function Terminal(summary: string, start: string, end: string) {
  return applyDecorators(
    ApiOperation({
      summary,
      description: `A WebSocket. The client begins with ${start}; then it sends data as binary messages that begin with a zero byte, \`{"t":"resize","size":{…}}\` and \`{"t":"eof"}\`. It gets \`{"t":"started"}\`, output as binary messages that begin with 1 (stdout) or 2 (stderr), and at the end \`{"t":"exit","code":0}\` or \`{"t":"failed","code":"…","message":"…"}\`. ${end}`,
    }),
    ApiResponse({ status: 101, description: 'Switched to a WebSocket' }),
  );
}
