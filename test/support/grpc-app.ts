import type { Files } from './apps.js';

/** A gRPC service without dependencies: an HTTP/2 server without TLS that frames messages as gRPC does. */
export const grpcApp: Files = {
  'package.json': JSON.stringify({ name: 'grpc', scripts: { start: 'node server.js' } }),
  'berth.toml': '[start]\nprotocol = "h2c"\n',
  'server.js': String.raw`
const http2 = require('node:http2');
const server = http2.createServer();
server.on('stream', (stream, headers) => {
  stream.on('error', () => {});
  const name = headers[':path'].split('/').pop();
  if (name === 'Fail')
    return stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '9', 'grpc-message': 'not today' }, { endStream: true });
  let counted = 0;
  let rest = Buffer.alloc(0);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'x-counted': String(counted) }));
  stream.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      const size = 5 + rest.readUInt32BE(1);
      stream.write(rest.subarray(0, size));
      rest = rest.subarray(size);
      counted += 1;
    }
  });
  stream.on('end', () => stream.end());
});
server.listen(process.env.PORT, '0.0.0.0');
process.on('SIGTERM', () => process.exit(0));
`,
};
