import { createHash } from 'node:crypto';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { memoryTree, type SnapshotTree } from '#libs/core/snapshot-tree.js';
import { contextId } from './context-id.js';
import { contextIgnore } from './context-ignore.js';
import { buildContext, type BuildContext, type ContextInput } from './context-tar.js';

const received = new Date('2026-01-02T03:04:05Z');
const limits = { maxBytes: 1e8, maxFiles: 1000 };

function contextOf(tree: SnapshotTree, more: Partial<ContextInput> = {}): BuildContext {
  return buildContext({
    tree,
    sourceFolder: 'app',
    extraFiles: {},
    ignored: () => false,
    modifiedAt: received,
    limits,
    ...more,
  });
}

interface Found {
  name: string;
  mode: number | undefined;
  mtime: number | undefined;
  uid: number | undefined;
  type: string | null | undefined;
  content: string;
}

async function entriesOf({ stream }: BuildContext): Promise<Found[]> {
  const found: Found[] = [];
  for await (const entry of stream.pipe(extract())) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, mode, mtime, uid, type } = entry.header;
    found.push({ name, mode, mtime: mtime?.getTime(), uid, type, content: Buffer.concat(chunks).toString() });
  }
  return found;
}

async function digestOf({ stream }: BuildContext): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

describe('build context', () => {
  it('is the same bytes for the same files', async () => {
    const files = { 'b/x.js': '1', 'a.js': '2', 'ü ñ.txt': '3', [`${'long/'.repeat(60)}x`]: '4' };
    const reversed = Object.fromEntries(Object.entries(files).reverse());
    expect(await digestOf(contextOf(memoryTree(files)))).toBe(
      await digestOf(contextOf(memoryTree(reversed))),
    );
  });

  it('holds each file below the source folder, with one owner and mode, and Berth’s own beside it', async () => {
    const entries = await entriesOf(
      contextOf(memoryTree({ 'lib/x.js': 'x' }), { extraFiles: { Dockerfile: 'FROM y' } }),
    );
    expect(entries.map(({ name, content }) => [name, content])).toEqual([
      ['Dockerfile', 'FROM y'],
      ['app/', ''],
      ['app/lib/', ''],
      ['app/lib/x.js', 'x'],
    ]);
    expect(new Set(entries.map(({ uid }) => uid))).toEqual(new Set([1000]));
  });

  it('gives every file the time at which its source was received', async () => {
    const entries = await entriesOf(contextOf(memoryTree({ 'a/b': '1', c: '2' })));
    expect(new Set(entries.map(({ mtime }) => mtime))).toEqual(new Set([received.getTime()]));
  });

  it('keeps links and executables', async () => {
    const content = new Map([['run', 'x']]);
    const tree: SnapshotTree = {
      entries: [
        { path: 'link', kind: 'symlink', executable: false, size: 0, target: 'run', contentId: null },
        { path: 'run', kind: 'file', executable: true, size: 1, target: null, contentId: 'id' },
      ],
      async *open(path) {
        yield Buffer.from(content.get(path) ?? '');
      },
      async close() {},
    };
    const entries = await entriesOf(contextOf(tree, { sourceFolder: '' }));
    expect(entries).toMatchObject([{ type: 'symlink' }, { name: 'run', mode: 0o755 }]);
  });

  it('says afterwards what each file was, so that a change can be named', async () => {
    const context = contextOf(memoryTree({ a: '1', b: '2' }));
    await digestOf(context);
    expect(Object.keys(context.inputs() ?? {})).toEqual(['a', 'b']);
  });

  it('holds every file of a source of very many, whose ids it does not keep', async () => {
    const many = Object.fromEntries(Array.from({ length: 2500 }, (_, at) => [`f${at}`, String(at)]));
    const context = contextOf(memoryTree(many), { sourceFolder: '', limits: { ...limits, maxFiles: 5000 } });
    expect((await entriesOf(context)).filter(({ name, content }) => many[name] === content)).toHaveLength(
      2500,
    );
    expect(context.inputs()).toBeNull();
  });

  it('streams a long file whole', async () => {
    const long = 'x'.repeat(3 * 1024 * 1024);
    const entry = (await entriesOf(contextOf(memoryTree({ long })))).at(-1);
    expect(entry?.content).toBe(long);
  });

  it('fails when a file is not as long as the tree says, instead of sending a broken tar', async () => {
    const tree = memoryTree({ a: '123' });
    const lying: SnapshotTree = { ...tree, entries: tree.entries.map((entry) => ({ ...entry, size: 9 })) };
    await expect(digestOf(contextOf(lying))).rejects.toThrow('a has 3 bytes, not 9');
  });

  it('refuses what is too large, and says by how much', () => {
    const tree = memoryTree({ a: '1', b: '2' });
    expect(() => contextOf(tree, { limits: { maxBytes: 1e8, maxFiles: 1 } })).toThrow(
      /2 files .* at most 1 files/,
    );
  });
});

describe('ignored files', () => {
  const ignored = (text: string | null, path: string, planned: string[] = []) =>
    contextIgnore(text, planned)(path);

  it('leaves out .git always, and what the plan names', () => {
    expect(ignored(null, '.git/config')).toBe(true);
    expect(ignored('!.git', '.git/config')).toBe(true);
    expect(ignored(null, 'sub/.git/x')).toBe(true);
    expect(ignored(null, 'node_modules/x/y.js', ['node_modules'])).toBe(true);
    expect(ignored(null, 'lib/node_modules/x', ['node_modules'])).toBe(false);
    expect(ignored(null, '.github/x')).toBe(false);
  });

  it('follows the app’s .dockerignore as Docker does: order, exceptions, case', () => {
    const text = '# note\n*.md\n!README.md\ndocs/\n**/tmp\nSecret.txt\r\n';
    expect(ignored(text, 'a.md')).toBe(true);
    expect(ignored(text, 'README.md')).toBe(false);
    expect(ignored(text, 'sub/a.md')).toBe(false);
    expect(ignored(text, 'docs/x/y')).toBe(true);
    expect(ignored(text, 'a/b/tmp/c')).toBe(true);
    expect(ignored(text, 'secret.txt')).toBe(false);
    expect(ignored(text, 'Secret.txt')).toBe(true);
  });
});

describe('the id of a context', () => {
  const entry = (path: string, more: Partial<SnapshotTree['entries'][number]> = {}) => ({
    path,
    kind: 'file' as const,
    executable: false,
    size: 1,
    target: null,
    contentId: 'a',
    ...more,
  });
  const idOf = (entries: SnapshotTree['entries'], more: Partial<ContextInput> = {}) =>
    contextId({
      tree: { ...memoryTree({}), entries },
      sourceFolder: 'app',
      extraFiles: {},
      ignored: () => false,
      ...more,
    });

  it('changes with whatever the context changes with, and with nothing else', () => {
    const base = idOf([entry('a'), entry('b')]);
    const others = [
      idOf([entry('a')]),
      idOf([entry('a'), entry('c')]),
      idOf([entry('a'), entry('b', { contentId: 'b' })]),
      idOf([entry('a'), entry('b', { executable: true })]),
      idOf([entry('a'), entry('b', { kind: 'symlink', target: 'a' })]),
      idOf([entry('a'), entry('b')], { extraFiles: { c: '' } }),
      idOf([entry('a'), entry('b')], { sourceFolder: '' }),
    ];
    expect(new Set([base, ...others]).size).toBe(others.length + 1);
    const ignored = (path: string) => path === 'log';
    expect(idOf([entry('a'), entry('b'), entry('log')], { ignored })).toBe(base);
  });

  it('is not known where contents are not', () => {
    expect(idOf([entry('a', { contentId: null })])).toBeNull();
  });
});
