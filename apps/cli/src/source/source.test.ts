import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import tar from 'tar-stream';
import { afterEach, describe, expect, it } from 'vitest';
import { pack } from './pack.js';
import { secrets, walk } from './walk.js';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'berth-source-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const paths = async (folder: string): Promise<string[]> => (await walk(folder)).map(({ path }) => path);

describe('what is sent', () => {
  it('is what git itself would take, .gitignore in subfolders included', async () => {
    const folder = folderWith({
      '.gitignore': '*.log\n/dist\nbuild/\n!keep.log\n',
      'app.js': '',
      'a.log': '',
      'keep.log': '',
      'dist/x': '',
      'sub/dist/y': '',
      'sub/build/z': '',
      'sub/.gitignore': '!wanted.log\nsecret*\n',
      'sub/wanted.log': '',
      'sub/secret.txt': '',
      'sub/deep/secret.json': '',
      'sub/deep/other.log': '',
      'weird name ü.txt': '',
    });
    execFileSync('git', ['init', '-q'], { cwd: folder });
    const listed = execFileSync('git', ['ls-files', '-z', '--others', '--exclude-standard'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect((await paths(folder)).toSorted()).toEqual(listed.split('\0').filter(Boolean).toSorted());
  });

  it('of a folder inside a repository follows the rules above it, unless they leave out the very folder', async () => {
    const folder = folderWith({
      '.gitignore': '*.log\n/apps/site/tmp/\ndist/\n',
      'apps/.gitignore': 'local.json\n',
      'apps/site/index.html': '',
      'apps/site/a.log': '',
      'apps/site/local.json': '',
      'apps/site/excluded.txt': '',
      'apps/site/tmp/x': '',
      'apps/site/dist/index.html': '',
      'apps/site/dist/local.json': '',
    });
    execFileSync('git', ['init', '-q'], { cwd: folder });
    writeFileSync(join(folder, '.git/info/exclude'), 'excluded.txt\n');
    expect(await paths(join(folder, 'apps/site'))).toEqual(['index.html']);
    expect(await paths(join(folder, 'apps/site/dist'))).toEqual(['index.html', 'local.json']);
  });

  it('leaves node_modules and .git at home, and .berthignore has the last word on all but .git', async () => {
    const folder = folderWith({
      'index.js': '',
      'node_modules/a/index.js': '',
      'sub/node_modules/b/index.js': '',
      '.git/config': '',
      'docs/guide.md': '',
      '.gitignore': 'generated.js\n',
      'generated.js': '',
    });
    expect(await paths(folder)).toEqual(['.gitignore', 'docs/guide.md', 'index.js']);
    writeFileSync(join(folder, '.berthignore'), 'docs/\n!generated.js\n!/node_modules/\n!.git/\n');
    expect(await paths(folder)).toEqual([
      '.berthignore',
      '.gitignore',
      'generated.js',
      'index.js',
      'node_modules/a/index.js',
    ]);
  });

  it('honours .dockerignore beside a Dockerfile, whose patterns start at the top', async () => {
    const files = {
      '.dockerignore': '# c\n*.md\n/tmp\n**/*.bak\n!README.md\nDockerfile\n',
      'a.md': '',
      'README.md': '',
      'sub/b.md': '',
      'sub/c.bak': '',
      'tmp/x': '',
    };
    expect(await paths(folderWith(files))).toContain('a.md');
    expect(await paths(folderWith({ ...files, Dockerfile: 'FROM x' }))).toEqual([
      '.dockerignore',
      'Dockerfile',
      'README.md',
      'sub/b.md',
    ]);
  });

  it('is warned about when it looks like a secret', async () => {
    const folder = folderWith({
      '.env': '',
      '.env.local': '',
      '.env.example': '',
      'certs/key.pem': '',
      'app.env.js': '',
    });
    expect(secrets(await walk(folder)).toSorted()).toEqual(['.env', '.env.local', 'certs/key.pem']);
  });
});

describe('the archive', () => {
  it('holds the files with their rights and links, below one folder', async () => {
    const folder = folderWith({ 'run.sh': '#!/bin/sh\n', 'sub/data.txt': 'hello', empty: '' });
    chmodSync(join(folder, 'run.sh'), 0o755);
    symlinkSync('data.txt', join(folder, 'sub/link'));
    let told = 0;
    const zipped = await buffer(pack(folder, await walk(folder), (bytes) => (told = bytes)));
    const found: Record<string, unknown> = {};
    const reader = Readable.from([gunzipSync(zipped)]).pipe(tar.extract());
    for await (const entry of reader) {
      const { name, type, mode, linkname } = entry.header;
      found[name] =
        type === 'symlink'
          ? `-> ${linkname}`
          : `${mode?.toString(8)} ${(await buffer(entry as unknown as Readable)).toString()}`;
      entry.resume();
    }
    expect(found).toEqual({
      'app/empty': '644 ',
      'app/run.sh': '755 #!/bin/sh\n',
      'app/sub/data.txt': '644 hello',
      'app/sub/link': '-> data.txt',
    });
    expect(told).toBe('#!/bin/sh\nhello'.length);
  });

  it('is the same, byte for byte, for the same files at another time and place', async () => {
    const files = { 'b.txt': 'b'.repeat(100_000), 'a/c.txt': 'c' };
    const [one, two] = [folderWith(files), folderWith(files)];
    utimesSync(join(two, 'b.txt'), new Date(0), new Date(0));
    const packed = async (folder: string): Promise<Buffer> =>
      buffer(pack(folder, await walk(folder), () => undefined));
    expect((await packed(one)).equals(await packed(two))).toBe(true);
  });

  it('is given up when a file vanishes meanwhile, and says which', async () => {
    const folder = folderWith({ 'a.txt': 'a', 'gone.txt': 'b' });
    const entries = await walk(folder);
    rmSync(join(folder, 'gone.txt'));
    await expect(buffer(pack(folder, entries, () => undefined))).rejects.toThrow(
      'gone.txt could not be packed',
    );
  });
});
