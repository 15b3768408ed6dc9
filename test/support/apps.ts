/** Small real apps that journeys deploy. Each is a map of path to content. */
export type Files = Record<string, string>;

/** A Node app without dependencies that answers everything a journey wants to know. */
export function probeApp(version = '1'): Files {
  return {
    'package.json': JSON.stringify({ name: 'probe', scripts: { start: 'node server.js' } }),
    'server.js': probeServer(version),
  };
}

function probeServer(version: string): string {
  return `
const http = require('node:http');
const net = require('node:net');
const crypto = require('node:crypto');
const dns = require('node:dns').promises;
const version = ${JSON.stringify(version)};
const routes = {
  '/': (req, res) => json(res, { version, release: process.env.BERTH_RELEASE, instance: process.env.BERTH_INSTANCE, app: process.env.BERTH_APP }),
  '/headers': (req, res) => json(res, req.headers),
  '/env': (req, res) => json(res, process.env),
  '/slow': (req, res, url) => setTimeout(() => json(res, { version }), Number(url.searchParams.get('ms'))),
  '/say': (req, res, url) => { console.log(url.searchParams.get('text')); console.error('err ' + url.searchParams.get('text')); json(res, {}); },
  '/crash': () => process.exit(3),
  '/whoami': (req, res) => json(res, { uid: process.getuid(), pid: process.pid }),
  '/upload': (req, res) => { const hash = crypto.createHash('sha256'); let bytes = 0; req.on('data', (c) => { bytes += c.length; hash.update(c); }); req.on('end', () => json(res, { bytes, sha256: hash.digest('hex') })); },
  '/sse': (req, res) => { res.writeHead(200, { 'content-type': 'text/event-stream' }); let n = 0; const t = setInterval(() => { res.write('data: ' + n + '\\n\\n'); if (++n === 5) { clearInterval(t); res.end(); } }, 50); },
  '/fetch': (req, res, url) => fetch(url.searchParams.get('url'), { signal: AbortSignal.timeout(Number(url.searchParams.get('ms')) || 2000) }).then(async (r) => json(res, { status: r.status, body: (await r.text()).slice(0, 1500) }), (e) => json(res, { error: String(e.cause?.code ?? e.name) })),
  '/resolve': (req, res, url) => dns.resolve4(url.searchParams.get('name')).then((addresses) => json(res, { addresses }), (e) => json(res, { error: e.code })),
  '/dial': (req, res, url) => { const s = net.connect({ host: url.searchParams.get('host'), port: Number(url.searchParams.get('port')), timeout: 1500 }); let done = false; const end = (r) => { if (!done) { done = true; s.destroy(); json(res, { result: r }); } }; s.on('connect', () => end('connected')); s.on('timeout', () => end('timeout')); s.on('error', (e) => end(e.code)); },
};
function json(res, value) { res.writeHead(200, { 'content-type': 'application/json' }); res.end(JSON.stringify(value)); }
const server = http.createServer((req, res) => {
  const url = new URL(req.url, 'http://x');
  const route = routes[url.pathname];
  if (route) return route(req, res, url);
  res.writeHead(404); res.end('no such page');
});
server.on('upgrade', (req, socket) => {
  const accept = crypto.createHash('sha1').update(req.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n');
  socket.on('data', (chunk) => socket.write(chunk));
  socket.on('end', () => socket.end());
  socket.on('error', () => {});
});
server.listen(process.env.PORT, '0.0.0.0', () => console.log('probe ' + version + ' listens on ' + process.env.PORT));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;
}

/** An app that fails in one known way when it starts. */
export function brokenApp(
  kind: 'exits' | 'wrong-port' | 'loopback' | 'never-listens' | 'out-of-memory' | 'no-command',
): Files {
  if (kind === 'no-command')
    return { 'berth.toml': '[start]\ncommand = "does-not-exist"\n', 'server.js': '', 'package.json': '{}' };
  const servers: Record<typeof kind, string> = {
    exits: `console.error('cannot find the flux capacitor'); process.exit(7);`,
    'wrong-port': `require('node:http').createServer((q, s) => s.end()).listen(4321, '0.0.0.0');`,
    loopback: `require('node:http').createServer((q, s) => s.end()).listen(process.env.PORT, '127.0.0.1');`,
    'never-listens': `setInterval(() => {}, 1000);`,
    'out-of-memory': `const hog = []; for (;;) hog.push(Buffer.alloc(8 << 20, 1));`,
  };
  return {
    'package.json': JSON.stringify({ name: 'broken', scripts: { start: 'node server.js' } }),
    'server.js': servers[kind],
  };
}

/** A static site. */
export function staticSite(text: string): Files {
  return {
    'index.html': `<!doctype html><title>Site</title><p>${text}</p>`,
    'style.css': 'p { color: teal }',
  };
}
