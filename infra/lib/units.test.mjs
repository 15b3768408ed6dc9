import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.mjs';
import { splitTag } from './engine.mjs';
import { hashOf, keptSecret, writeAtomic } from './files.mjs';
import { resolvers } from './host-services.mjs';
import { withLock } from './lock.mjs';
import { capLogs, tailOf } from './logs.mjs';
import { bindProblem, freePort, listenerOf } from './net.mjs';
import { identify, isAlive, spawnDetached, stopProcess } from './processes.mjs';
import { RunError, run } from './run.mjs';

let folder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-infra-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('restarts', () => {
  it('wait longer each time, and never longer than half a minute, or two seconds where somebody waits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (n) => {
        expect(backoffMs(n + 1)).toBeGreaterThanOrEqual(backoffMs(n));
        expect(backoffMs(n)).toBeLessThanOrEqual(30_000);
        expect(backoffMs(n)).toBeGreaterThan(0);
        expect(backoffMs(n, true)).toBe(Math.min(2_000, backoffMs(n)));
      }),
    );
  });
});

describe('processes', () => {
  it('are known by start time too: the same pid at another time is somebody else', () => {
    const me = identify(process.pid);
    expect(isAlive(me)).toBe(true);
    expect(isAlive({ ...me, ticks: '1' })).toBe(false);
    expect(isAlive({ ...me, boot: 'another' })).toBe(false);
    expect(isAlive(null)).toBe(false);
  });

  it('that ignore SIGTERM are killed after their grace, and the one who asks waits for it', async () => {
    const logFile = join(folder, 'stubborn.log');
    const script = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)';
    const { identity } = await spawnDetached({
      command: process.execPath,
      args: ['-e', script],
      env: process.env,
      logFile,
    });
    await expect.poll(() => readFile(logFile, 'utf8')).toContain('up');
    await stopProcess(identity, { graceMs: 100 });
    expect(isAlive(identity)).toBe(false);
  });
});

describe('running programs', () => {
  it('never goes through a shell', async () => {
    expect(await run('echo', ['$HOME; echo no'])).toBe('$HOME; echo no\n');
  });

  it('gives up at its limit, though a grandchild holds the output open', async () => {
    const script = `require('node:child_process').spawn('sleep', ['5'], { stdio: 'inherit' }); setInterval(() => {}, 1000)`;
    const since = Date.now();
    await expect(run(process.execPath, ['-e', script], { timeoutMs: 300 })).rejects.toThrow(
      /no end after 0.3 s/,
    );
    expect(Date.now() - since).toBeLessThan(4500);
  });

  it('tells code and last words of one that fails', async () => {
    const failed = run(process.execPath, ['-e', 'console.error("out of cheese"); process.exit(7)']);
    await expect(failed).rejects.toBeInstanceOf(RunError);
    await expect(failed).rejects.toThrow(/code 7: out of cheese/);
  });
});

describe('files', () => {
  it('a secret is made once, kept, and readable by its owner only', async () => {
    const path = join(folder, 'secrets', 'one');
    const first = await keptSecret(path);
    expect(await keptSecret(path)).toBe(first);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(first.length).toBeGreaterThanOrEqual(32);
  });

  it('a hash of a folder changes with content and names, not with time', async () => {
    const file = join(folder, 'hashed', 'a.txt');
    await writeAtomic(file, 'one');
    const first = await hashOf([join(folder, 'hashed')]);
    await writeAtomic(file, 'one');
    expect(await hashOf([join(folder, 'hashed')])).toBe(first);
    await writeAtomic(file, 'two');
    expect(await hashOf([join(folder, 'hashed')])).not.toBe(first);
  });
});

describe('locks', () => {
  it('let one in at a time, and take over from the dead', async () => {
    const path = join(folder, 'a.lock');
    const busy = (holder) => new Error(`held by ${holder.pid}`);
    await withLock(path, { busy }, async () => {
      await expect(withLock(path, { busy }, async () => {})).rejects.toThrow(`held by ${process.pid}`);
    });
    await writeFile(path, JSON.stringify({ ...identify(process.pid), ticks: '1' }));
    expect(await withLock(path, { busy }, async () => 'mine')).toBe('mine');
  });
});

describe('logs', () => {
  it('are cut at the cap, one older part is kept', async () => {
    await writeAtomic(join(folder, 'logs', 'big.log'), 'x'.repeat(2000));
    await capLogs(join(folder, 'logs'), 1000);
    expect((await stat(join(folder, 'logs', 'big.log'))).size).toBe(0);
    expect((await stat(join(folder, 'logs', 'big.log.1'))).size).toBe(2000);
  });

  it('show the words that matter, not the chatter around them', async () => {
    const path = join(folder, 'chatty.log');
    await writeAtomic(path, 'level=info msg=hello\nfailed to start daemon: no bridge\nlevel=info msg=bye\n');
    expect(await tailOf(path)).toBe('failed to start daemon: no bridge');
  });
});

describe('ports', () => {
  it('free ones can be listened on and lie below the ephemeral range', async () => {
    const port = await freePort();
    expect(port).toBeLessThan(32_768);
    expect(await bindProblem(port)).toBeNull();
  });

  it('taken ones are named with their holder', async () => {
    const { createServer } = await import('node:net');
    const server = createServer();
    const port = await freePort();
    await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect(await bindProblem(port)).toBe('EADDRINUSE');
    expect(listenerOf(port)?.pid).toBe(process.pid);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('small readings', () => {
  it('tells a tag from a port', () => {
    expect(splitTag('127.0.0.1:5000/a/b')).toEqual(['127.0.0.1:5000/a/b', 'latest']);
    expect(splitTag('127.0.0.1:5000/a/b:v1')).toEqual(['127.0.0.1:5000/a/b', 'v1']);
  });

  it('reads IPv4 name servers only', () => {
    expect(
      resolvers('# x\nnameserver 10.0.0.1\nnameserver fe80::1\nsearch a.b\nnameserver 1.2.3.4\n'),
    ).toEqual(['10.0.0.1', '1.2.3.4']);
  });
});
