import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { planOf } from '../plan-of.js';
import { functionServer, nodeCommand } from './function-server.js';
import { pythonCommand, pythonServer } from './python-server.js';
import { functionOf, mattersAtStart, waitingCommand } from './warm.js';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Runs the server around a function, as the image does. */
async function serve(name: string, source: string) {
  const folder = await mkdtemp(join(tmpdir(), 'berth-function-'));
  await writeFile(join(folder, name), source);
  const [program, server] = name.endsWith('.py')
    ? ['python3', 'server.py']
    : [process.execPath, 'server.mjs'];
  await writeFile(join(folder, server), server === 'server.py' ? pythonServer : functionServer);
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  let output = '';
  const child: ChildProcess = spawn(program, [server, name], {
    cwd: folder,
    env: { PORT: String(port), GREETING: 'Ahoy', PATH: process.env.PATH, PYTHONUNBUFFERED: '1' },
  });
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  const over = once(child, 'exit') as Promise<[number | null]>;
  ends.push(async () => {
    child.kill('SIGKILL');
    await over;
    await rm(folder, { recursive: true, force: true });
  });
  return { child, over, output: () => output, url: `http://127.0.0.1:${port}`, port };
}

async function listening(name: string, source: string) {
  const served = await serve(name, source);
  await waitFor('the function to listen', () => served.output().includes('listens on'), {
    timeoutMs: 20_000,
  });
  return served;
}

describe('a function', () => {
  it('answers as an object with fetch, in TypeScript, with the request’s own URL, body and headers', async () => {
    const { url } = await listening(
      'function.ts',
      `interface Env { GREETING?: string }
       export default {
         async fetch(request: Request, env: Env): Promise<Response> {
           const text: string = await request.text();
           const headers = new Headers([['set-cookie', 'a=1'], ['set-cookie', 'b=2']]);
           headers.set('x-method', request.method);
           return new Response(env.GREETING + ' ' + new URL(request.url).pathname + ' ' + text, { status: 201, headers });
         },
       };`,
    );
    const answer = await fetch(`${url}/a/b?c=1`, { method: 'POST', body: 'hello' });
    expect([answer.status, await answer.text()]).toEqual([201, 'Ahoy /a/b hello']);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('x-method')).toBe('POST');
  });

  it('answers as plain function, streams, and is answered for with 500 when it throws', async () => {
    const { url, output } = await listening(
      'function.js',
      `export default (request) => {
         if (request.url.endsWith('/throw')) throw new Error('out of rope');
         if (request.url.endsWith('/nothing')) return 'text';
         return new Response(new ReadableStream({ async start(c) { for (const word of ['one ', 'two ', 'three']) { c.enqueue(new TextEncoder().encode(word)); await null; } c.close(); } }));
       };`,
    );
    expect(await (await fetch(url)).text()).toBe('one two three');
    const failed = await fetch(`${url}/throw`);
    expect([failed.status, await failed.text()]).toEqual([500, 'Internal Server Error\n']);
    await waitFor('the stack', () => output().includes('out of rope'), { timeoutMs: 5_000 });
    expect((await fetch(`${url}/nothing`)).status).toBe(500);
    expect(output()).toContain('returned string, not a Response');
  });

  it('answers by method, and says what it takes', async () => {
    const { url } = await listening(
      'function.mjs',
      `export const GET = () => Response.json({ got: true }); export function POST() { return new Response(null, { status: 204 }); }`,
    );
    expect(await (await fetch(url)).json()).toEqual({ got: true });
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(url, { method: 'POST' })).status).toBe(204);
    const refused = await fetch(url, { method: 'DELETE' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });

  it('ends on SIGTERM when what it still does is done', async () => {
    const { url, child, over, output } = await listening(
      'function.js',
      `export default (request, context) => { context.waitUntil(new Promise((r) => setTimeout(() => { console.log('written'); r(); }, 300))); return new Response('ok'); };`,
    );
    await (await fetch(url, { headers: { connection: 'close' } })).text();
    child.kill('SIGTERM');
    expect((await over)[0]).toBe(0);
    expect(output()).toContain('written');
  });

  it('says what to write when nothing in the file answers requests', async () => {
    const { over, output } = await serve('function.js', 'export const answer = 42;');
    expect((await over)[0]).toBe(64);
    expect(output()).toContain('exports no function that answers requests. Write: export default');
  });
});

describe('a server that waits for a function', () => {
  const order = (path: string, file: string, source: string) =>
    JSON.stringify({
      file,
      env: { PORT: '0', GREETING: 'Ahoy' },
      files: [{ path, mode: 0o600, mtime: 1_000_000_000, content: Buffer.from(source).toString('base64') }],
    });

  it.each([
    [
      'function.ts',
      `import { statSync } from 'node:fs'; const file: string = import.meta.filename; const { mode, mtimeMs } = statSync(file);
       console.log(process.env.GREETING, mode & 0o777, mtimeMs / 1000, process.argv.at(-1)); export default () => new Response('');`,
    ],
    [
      'function.py',
      `import os, sys
print(os.environ['GREETING'], os.stat(__file__).st_mode & 0o777, int(os.stat(__file__).st_mtime), sys.argv[-1])
def handler(): return ''
`,
    ],
  ])('loads what it is told once, as if it had been there: %s', async (file, source) => {
    const waits = await waitingServer(file);
    waits.child.stdin?.end(order(join(waits.folder, file), file, source));
    await waitFor('the function to listen', () => waits.output().includes('listens on'), {
      timeoutMs: 20_000,
    });
    expect(waits.output()).toContain(`Ahoy ${0o600} 1000000000 ${file}`);
  });

  it.each(['function.js', 'function.py'])('ends when nobody wants it: %s', async (file) => {
    const waits = await waitingServer(file);
    waits.child.stdin?.end();
    expect((await waits.over)[0]).toBe(0);
    expect(waits.output()).toBe('');
  });
});

/** As a container of the warm pool begins: its command takes the server itself from standard input. */
async function waitingServer(file: string) {
  const folder = await mkdtemp(join(tmpdir(), 'berth-warm-'));
  const command = file.endsWith('.py') ? pythonCommand : nodeCommand;
  const { kind } = functionOf([...command, file]) ?? expect.fail('no function');
  const server = join(folder, 'server.mjs');
  const inFolder = (word: string): string => (word === kind.serverPath ? server : word);
  const [shell = '', ...args] = waitingCommand(kind).map(inFolder);
  let output = '';
  const child = spawn(shell, args, { cwd: folder, env: { PATH: process.env.PATH, PYTHONUNBUFFERED: '1' } });
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const over = once(child, 'exit') as Promise<[number | null]>;
  ends.push(async () => {
    child.kill('SIGKILL');
    await over;
    await rm(folder, { recursive: true, force: true });
  });
  child.stdin.write(kind.server);
  return { child, folder, over, output: () => output };
}

describe('which functions may take over what waits', () => {
  it('those that Berth’s own server runs, and nothing that only looks like one', () => {
    expect(functionOf([...nodeCommand, 'function.ts'])).toMatchObject({ file: 'function.ts' });
    expect(functionOf([...pythonCommand, 'function.py'])?.kind.name).toBe('python');
    for (const other of [
      [],
      nodeCommand,
      ['node', 'function.js'],
      [...nodeCommand, '--warm'],
      [...nodeCommand, 'a', 'b'],
    ])
      expect(functionOf(other)).toBeNull();
  });

  it('none whose config a process reads before it could be told', () => {
    for (const name of [
      'NODE_OPTIONS',
      'NODE_EXTRA_CA_CERTS',
      'LD_PRELOAD',
      'UV_THREADPOOL_SIZE',
      'PYTHONPATH',
      'TZ',
      'PATH',
    ])
      expect([name, mattersAtStart(name)]).toEqual([name, true]);
    for (const name of ['NODE_ENV', 'GREETING', 'DATABASE_URL', 'TZ_OF_USER', 'PORT'])
      expect([name, mattersAtStart(name)]).toEqual([name, false]);
  });
});

describe('a function in Python', () => {
  const python = async (source: string) => {
    const served = await serve('function.py', source);
    await waitFor('the function to listen', () => served.output().includes('listens on'), {
      timeoutMs: 20_000,
    });
    return served;
  };

  it('answers as a plain handler with text, JSON, status and headers, in pieces, and with 500 when it throws', async () => {
    const { url, output } = await python(
      `import os
async def handler(request):
    if request.path == '/throw': raise RuntimeError('out of rope')
    if request.path == '/pieces': return (piece for piece in ['one ', 'two'])
    if request.path == '/nothing': return None
    if request.method == 'POST': return {'got': request.json()}, 201, {'x-name': request.query['name']}
    return os.environ['GREETING'] + ' ' + request.path
`,
    );
    expect(await (await fetch(`${url}/%C3%BC b`)).text()).toBe('Ahoy /ü b');
    const posted = await fetch(`${url}/?name=x`, { method: 'POST', body: '[1]' });
    expect([posted.status, posted.headers.get('x-name'), await posted.json()]).toEqual([
      201,
      'x',
      { got: [1] },
    ]);
    expect(await (await fetch(`${url}/pieces`)).text()).toBe('one two');
    expect((await fetch(`${url}/nothing`)).status).toBe(204);
    expect((await fetch(`${url}/throw`)).status).toBe(500);
    await waitFor('the stack', () => output().includes('out of rope'), { timeoutMs: 5_000 });
  });

  it('answers as WSGI app, and takes bodies of unknown length', async () => {
    const { url } = await python(
      `def app(environ, start_response):
    start_response('200 OK', [('content-type', 'text/plain'), ('set-cookie', 'a=1'), ('set-cookie', 'b=2')])
    return [(environ['REQUEST_METHOD'] + ' ' + environ['PATH_INFO'] + ' ').encode(), environ['wsgi.input'].read()]
`,
    );
    const body = new ReadableStream({
      start(c) {
        for (const part of ['a', 'bc']) c.enqueue(new TextEncoder().encode(part));
        c.close();
      },
    });
    const answer = await fetch(`${url}/p`, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(await answer.text()).toBe('POST /p abc');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('answers as ASGI app that hears of its beginning, and ends on SIGTERM when what it still does is done', async () => {
    const { url, child, over, output } = await python(
      `import asyncio
begun = False
async def app(scope, receive, send):
    global begun
    if scope['type'] == 'lifespan':
        begun = (await receive())['type'] == 'lifespan.startup'
        await send({'type': 'lifespan.startup.complete'})
        await receive()
        print('goodbye', flush=True)
        return await send({'type': 'lifespan.shutdown.complete'})
    await send({'type': 'http.response.start', 'status': 200, 'headers': []})
    await send({'type': 'http.response.body', 'body': b'begun ', 'more_body': True})
    await asyncio.sleep(0.3)
    await send({'type': 'http.response.body', 'body': str(begun).encode()})
`,
    );
    const answer = await fetch(url);
    child.kill('SIGTERM');
    expect(await answer.text()).toBe('begun True');
    expect((await over)[0]).toBe(0);
    expect(output()).toContain('goodbye');
  });

  it('answers by method, and says what it takes, or what to write when nothing answers', async () => {
    const { url } = await python('def GET(request): return "got"\ndef POST(): return None\n');
    expect(await (await fetch(url)).text()).toBe('got');
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(url, { method: 'POST' })).status).toBe(204);
    const refused = await fetch(url, { method: 'DELETE' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, POST']);
    const { over, output } = await serve('function.py', 'answer = 42\n');
    expect((await over)[0]).toBe(64);
    expect(output()).toContain('Write: def handler(request)');
  });
});

describe('the plan of a function', () => {
  it('is one file on the stack, with Berth’s server beside it, and nothing is run', async () => {
    const plan = await planOf({ 'function.ts': '' });
    expect(plan).toMatchObject({ language: 'function', detectedBy: 'function.ts', dependencyFiles: [] });
    expect(plan.processes['web']?.slice(-2)).toEqual(['/home/app/function-server.mjs', 'function.ts']);
    expect(plan.dockerfile).toContain(
      'COPY --chown=1000:1000 ["function-server.mjs","/home/app/function-server.mjs"]',
    );
    expect(plan.dockerfile).not.toContain('RUN');
    expect(plan.extraFiles['function-server.mjs']).toBe(functionServer);
  });

  it('installs the packages of its package.json below it', async () => {
    const plan = await planOf({
      'function.js': '',
      'package.json': JSON.stringify({ dependencies: { nanoid: '5' } }),
      'package-lock.json': '{}',
    });
    expect(plan.language).toBe('function');
    expect(plan.dockerfile).toContain('"npm","ci","--omit=dev"');
  });

  it('in Python has its packages in a layer of their own, and nothing is run without packages', async () => {
    const alone = await planOf({ 'function.py': '' });
    expect(alone).toMatchObject({ language: 'function', detectedBy: 'function.py', stacks: ['python'] });
    expect(alone.processes['web']).toEqual(['python3', '/home/app/function-server.py', 'function.py']);
    expect(alone.dockerfile).not.toContain('RUN');
    expect(alone.extraFiles['function-server.py']).toBe(pythonServer);
    const packages = await planOf({ 'function.py': '', 'requirements.txt': 'flask\n' });
    expect(packages).toMatchObject({ language: 'function', dependencyFiles: ['requirements.txt'] });
    expect(packages.dockerfile).toContain('"uv","pip","install"');
    const server = { 'function.py': '', 'requirements.txt': 'flask\n', Procfile: 'web: python3 app.py\n' };
    expect((await planOf({ ...server, 'app.py': '' })).language).toBe('python');
  });

  it('is not taken for a server that has a file of that name', async () => {
    const server = {
      'package.json': JSON.stringify({ scripts: { start: 'node index.js' } }),
      'index.js': '',
    };
    expect((await planOf({ ...server, 'function.js': '' })).language).toBe('node');
    expect(
      (await planOf({ ...server, 'function.js': '', Dockerfile: 'FROM scratch\nCMD ["/x"]' })).language,
    ).toBe('dockerfile');
  });
});
