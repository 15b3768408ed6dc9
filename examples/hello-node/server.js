const http = require('node:http');
const os = require('node:os');

// Berth says where to listen in PORT, and what this is in BERTH_APP, BERTH_RELEASE and BERTH_INSTANCE.
const port = Number(process.env.PORT) || 3000;
const {
  BERTH_APP: app = 'hello-node',
  BERTH_RELEASE: release = '?',
  BERTH_INSTANCE: instance = '?',
} = process.env;

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(app)}</title>
<style>
  body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1.5rem; color: #10233a }
  dt { color: #5b6b7c; font-size: .85rem } dd { margin: 0 0 .8rem; font-family: ui-monospace, monospace }
  @media (prefers-color-scheme: dark) { body { background: #0d1724; color: #dde6ef } dt { color: #8fa1b3 } }
</style>
<h1>Hello from ${escape(app)}</h1>
<p>You pushed code; this is its URL. Change <code>server.js</code>, commit, push again.</p>
<dl>
  <dt>Release</dt><dd>v${escape(release)}</dd>
  <dt>Instance</dt><dd>${escape(instance)}</dd>
  <dt>Container</dt><dd>${escape(os.hostname())}</dd>
  <dt>Node</dt><dd>${escape(process.version)}</dd>
</dl>
</html>
`;

const server = http.createServer((request, response) => {
  if (new URL(request.url, 'http://app').pathname !== '/') {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('There is only one page here.\n');
    return;
  }
  console.log(`${request.method} ${request.url}`);
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
});

server.listen(port, () => console.log(`hello-node listens on ${port}`));

// Berth sends SIGTERM before it takes the container away: finish what is under way, then go.
process.on('SIGTERM', () => server.close(() => process.exit(0)));

function escape(text) {
  return String(text).replace(
    /[&<>"]/g,
    (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c],
  );
}
