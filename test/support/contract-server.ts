/** The web process of test/contract: tells what it was given, and does what its visitor asks of it. No dependencies. */
export const contractServer = String.raw`
const http = require('node:http');
const fs = require('node:fs');
const os = require('node:os');
const crypto = require('node:crypto');
const { spawn } = require('node:child_process');
if (process.env.REFUSE) { console.error('refuses: ' + process.env.REFUSE); process.exit(7); }
let inFlight = 0;
let stopping = false;
let stays = false;
const hooks = [];
// Something that would go on in a process that only seems to stand still.
setInterval(() => { for (let n = 0; n < 20000; n += 1) Math.sqrt(n); }, 5);

const routes = {
  '/': (q, s) => json(s, { app: process.env.BERTH_APP, instance: process.env.BERTH_INSTANCE, release: process.env.BERTH_RELEASE }),
  '/version': (q, s) => s.end(fs.readFileSync('version.txt')),
  '/env': (q, s) => json(s, process.env),
  '/headers': (q, s) => json(s, { headers: q.headers, raw: q.rawHeaders, version: q.httpVersion }),
  '/others': (q, s) => json(s, { inFlight: inFlight - 1 }),
  '/slow': (q, s, url) => setTimeout(() => json(s, { instance: process.env.BERTH_INSTANCE }), Number(url.get('ms'))),
  '/say': (q, s, url) => { const { say, n } = Object.fromEntries(url); for (let i = 0; i < Number(n); i += 1) { console.log(say + ' out ' + i); console.error(say + ' err ' + i); } json(s, {}); },
  '/long': (q, s, url) => { console.log(url.get('say') + 'x'.repeat(Number(url.get('n'))) + 'end'); json(s, {}); },
  '/stdin': (q, s) => json(s, { read: fs.readSync(0, Buffer.alloc(16)) }),
  '/upload': (q, s) => { const h = crypto.createHash('sha256'); let bytes = 0; q.on('data', (c) => { bytes += c.length; h.update(c); }); q.on('end', () => json(s, { bytes, sha256: h.digest('hex'), length: q.headers['content-length'] ?? null })); },
  '/download': (q, s, url) => { const n = Number(url.get('bytes')); const piece = crypto.randomBytes(65536); const h = crypto.createHash('sha256'); s.writeHead(200, { trailer: 'X-Sha256' }); let sent = 0; const more = () => { while (sent < n) { const c = piece.subarray(0, Math.min(65536, n - sent)); sent += c.length; h.update(c); if (!s.write(c)) return s.once('drain', more); } s.addTrailers({ 'X-Sha256': h.digest('hex') }); s.end(); }; more(); },
  // Each event waits for the visitor to say that it has the one before.
  '/events': (q, s) => { s.writeHead(200, { 'content-type': 'text/event-stream' }); s.write('data: 0\n\n'); waiting = () => s.end('data: 1\n\n'); },
  '/heard': (q, s) => { waiting?.(); json(s, {}); },
  '/write': (q, s, url) => { try { fs.writeFileSync(url.get('path'), url.get('text')); json(s, { written: true }); } catch (e) { json(s, { written: false, error: e.code }); } },
  '/read': (q, s, url) => { try { json(s, { text: fs.readFileSync(url.get('path'), 'utf8') }); } catch (e) { json(s, { error: e.code }); } },
  '/limits': (q, s) => json(s, { memory: cgroup('memory.max', 'memory/memory.limit_in_bytes'), pids: cgroup('pids.max', 'pids/pids.max'), cpu: cpuLimit(), uid: process.getuid() }),
  '/hog': (q, s) => { const hog = []; setInterval(() => hog.push(Buffer.alloc(16 << 20, 1)), 1); },
  '/burn': (q, s) => { spawn(process.execPath, ['-e', 'const end=Date.now()+90000;while(Date.now()<end);'], { stdio: 'ignore' }); json(s, {}); },
  '/hog-child': (q, s) => { const child = spawn(process.execPath, ['-e', 'const hog=[];for(;;)hog.push(Buffer.alloc(8<<20,1))'], { stdio: 'ignore' }); child.on('exit', (code, signal) => json(s, { signal, instance: process.env.BERTH_INSTANCE })); },
  '/forks': (q, s) => { const children = []; let error = null; const end = () => { for (const c of children) c.kill('SIGKILL'); json(s, { started: children.length, error }); }; const next = () => { if (children.length >= 600) return end(); const c = spawn('sleep', ['60'], { stdio: 'ignore' }); c.on('error', (e) => { if (error === null) { error = e.code; end(); } }); c.on('spawn', () => { children.push(c); next(); }); }; next(); },
  '/before-freeze': (q, s) => { hooks.push(q.method + ' before'); s.end(); },
  '/after-wake': (q, s) => { hooks.push(q.method + ' after'); s.end(); },
  '/hooks': (q, s) => json(s, hooks.splice(0)),
  '/never': () => undefined,
  '/stay': (q, s) => { stays = true; json(s, {}); },
  '/crash': () => process.exit(3),
};
let waiting = null;
function cgroup(v2, v1) { for (const p of [v2, v1]) try { return fs.readFileSync('/sys/fs/cgroup/' + p, 'utf8').trim(); } catch {} return null; }
function cpuLimit() {
  const both = cgroup('cpu.max', '-');
  const [quota, period] = both?.split(' ') ?? [cgroup('-', 'cpu/cpu.cfs_quota_us'), cgroup('-', 'cpu/cpu.cfs_period_us')];
  return Number(quota) / Number(period);
}
function json(s, value) { if (s.destroyed) return; s.writeHead(200, { 'content-type': 'application/json' }); s.end(JSON.stringify(value)); }
const server = http.createServer((q, s) => {
  if (stopping) console.log('late request ' + q.url);
  inFlight += 1;
  s.once('close', () => { inFlight -= 1; });
  const url = new URL(q.url, 'http://x');
  const route = routes[url.pathname];
  if (route) return route(q, s, url.searchParams);
  s.writeHead(404); s.end('no such page');
});
server.on('upgrade', (q, socket) => {
  const accept = crypto.createHash('sha1').update(q.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ' + accept + '\r\n\r\n');
  socket.on('data', (chunk) => socket.write(chunk));
  socket.on('end', () => socket.end());
  socket.on('error', () => {});
});
// What keeps no connection can be put to sleep sooner.
server.keepAliveTimeout = 2000;
server.listen(process.env.PORT, '0.0.0.0', () => {
  console.log('listens on ' + process.env.PORT);
  if (process.env.CRASH_AFTER_MS) setTimeout(() => { console.error('crash as told'); process.exit(9); }, Number(process.env.CRASH_AFTER_MS));
});
process.on('SIGTERM', () => {
  stopping = true;
  console.log('SIGTERM with ' + inFlight + ' in flight');
  // It goes on listening for a moment: what comes now came too late.
  setInterval(() => { if (stays) console.log('stays'); else if (inFlight === 0) { console.log('leaving'); process.exit(0); } }, 200);
});
`;

/** A process that does not go when it is told to. */
export const stubbornWorker = String.raw`
process.on('SIGTERM', () => console.log('stubborn: SIGTERM'));
let n = 0;
setInterval(() => console.log('stubborn: at work ' + (n += 1)), 100);
`;
