/**
 * The app of all rows: Node, no dependencies, answers at once with who it is. Its version changes one line of one
 * file, as a small fix would.
 */
export function benchApp(version: string): Record<string, string> {
  return {
    'package.json': JSON.stringify(
      { name: 'bench', private: true, scripts: { start: 'node server.js' } },
      null,
      2,
    ),
    'server.js': `const http = require('node:http');
const version = ${JSON.stringify(version)};
const who = JSON.stringify({ version, app: process.env.BERTH_APP, release: process.env.BERTH_RELEASE });
const server = http.createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(who) });
    response.end(who);
  });
});
server.listen(Number(process.env.PORT), '0.0.0.0');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`,
  };
}

export interface Who {
  version: string;
  app: string | undefined;
  release: string | undefined;
}
