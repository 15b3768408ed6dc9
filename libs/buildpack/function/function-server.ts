/** Where the server lies in an image, outside the app's own folder. */
export const SERVER_PATH = '/home/app/function-server.mjs';

/** What starts the server; the author's file comes last. */
export const nodeCommand = [
  'node',
  // A function has no package.json to say that it is a module; Node finds out, and need not mention it.
  '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
  '--disable-warning=ExperimentalWarning',
  SERVER_PATH,
];

/**
 * The server around a function: Node's HTTP on one side, the web's Request and Response on the other. It is part of the image, beside the
 * author's file, whose path is its argument. Forms that it takes: `export default { fetch(request, env, context) }`, `export default
 * (request, context) => …`, and `export function GET(request, context)` and its like. With `--warm` for a file it waits, loaded, until its
 * standard input ends: what came is a WarmOrder (warm.ts), nothing means that nobody wants it.
 */
export const functionServer = `import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';

const file = process.argv[2] === '--warm' ? await takeOver() : process.argv[2];
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const pending = new Set();
const context = {
  waitUntil(promise) {
    const work = Promise.resolve(promise).catch((error) => console.error(error));
    pending.add(work);
    void work.finally(() => pending.delete(work));
  },
};

const handle = handlerOf(await import(pathToFileURL(resolve(file)).href));
if (handle === null) {
  console.error(
    file + ' exports no function that answers requests. Write: export default { fetch(request) { return new Response("Hello"); } }',
  );
  process.exit(64);
}

/** Waits for the one function that this process will ever run. */
async function takeOver() {
  // What Node loads with the first request, and with the first file in TypeScript.
  new Request('http://localhost', { method: 'POST', body: 'a', duplex: 'half' });
  Response.json(new URL('http://localhost').searchParams.get('a'));
  const { stripTypeScriptTypes } = await import('node:module');
  stripTypeScriptTypes?.('const a: number = 1;');
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) text += chunk;
  if (text === '') process.exit(0);
  const given = JSON.parse(text);
  for (const { path, mode, mtime, content } of given.files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.from(content, 'base64'));
    chmodSync(path, mode);
    utimesSync(path, mtime, mtime);
  }
  Object.assign(process.env, given.env);
  process.argv[2] = given.file;
  return given.file;
}

/** The author's function in one form; null when there is none. */
function handlerOf(exported) {
  const own = exported.default;
  if (typeof own?.fetch === 'function') return (request) => own.fetch(request, process.env, context);
  if (typeof own === 'function') return (request) => own(request, context);
  const byMethod = methods.filter((method) => typeof exported[method] === 'function');
  if (byMethod.length === 0) return null;
  return (request) => {
    const { method } = request;
    const one = exported[method] ?? (method === 'HEAD' ? exported.GET : undefined);
    if (typeof one === 'function') return one(request, context);
    return new Response('This function does not take ' + method + '.', { status: 405, headers: { allow: byMethod.join(', ') } });
  };
}

function requestOf(incoming, signal) {
  const headers = new Headers();
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
  const scheme = headers.get('x-forwarded-proto') ?? 'http';
  const url = new URL(incoming.url, scheme + '://' + (headers.get('host') ?? 'localhost'));
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
  return new Request(url, {
    method: incoming.method,
    headers,
    signal,
    ...(hasBody && { body: Readable.toWeb(incoming), duplex: 'half' }),
  });
}

async function answer(incoming, outgoing) {
  const gone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  try {
    const response = await handle(requestOf(incoming, gone.signal));
    if (!(response instanceof Response)) throw new TypeError(file + ' returned ' + typeof response + ', not a Response.');
    outgoing.statusCode = response.status;
    if (response.statusText) outgoing.statusMessage = response.statusText;
    for (const [name, value] of response.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value);
    const cookies = response.headers.getSetCookie();
    if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
    if (response.body === null || incoming.method === 'HEAD') outgoing.end();
    else await pipeline(Readable.fromWeb(response.body), outgoing);
  } catch (error) {
    if (gone.signal.aborted) return;
    console.error(error);
    if (outgoing.headersSent) return outgoing.destroy();
    for (const name of outgoing.getHeaderNames()) outgoing.removeHeader(name);
    outgoing.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
    outgoing.end('Internal Server Error\\n');
  } finally {
    // A body that was not read would stand before the connection's next request.
    incoming.resume();
  }
}

const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
server.listen(Number(process.env.PORT), '0.0.0.0', () => console.log('The function ' + file + ' listens on ' + process.env.PORT + '.'));
process.on('SIGTERM', () => server.close(() => void Promise.all(pending).then(() => process.exit(0))));
`;
