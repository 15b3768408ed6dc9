import { describe, expect, it } from 'vitest';
import { filesToSend, folderOf } from './source-folder.ts';

/** What is sent of a folder with these files. */
async function sent(files: Record<string, string>): Promise<{ paths: string[]; leftOut: number }> {
  const entries = Object.entries(files).map(([path, content]) => ({ path, file: new File([content], path) }));
  const { files: found, leftOut } = await filesToSend(folderOf(entries));
  return { paths: found.map(({ path }) => path), leftOut };
}

describe('a chosen folder', () => {
  it('leaves history and installed dependencies at home, and counts a folder that it leaves out once', async () => {
    const files = ['src/a.js', '.env.example', 'node_modules/x/y.js', 'node_modules/z.js', '.git/HEAD'];
    const { paths, leftOut } = await sent(Object.fromEntries(files.map((path) => [path, 'x'])));
    expect(paths).toEqual(['.env.example', 'src/a.js']);
    expect(leftOut).toBe(2);
  });

  it('heeds .gitignore in every folder, .berthignore after it, and .dockerignore beside a Dockerfile', async () => {
    const { paths } = await sent({
      '.gitignore': 'dist/\n*.log\n',
      '.berthignore': '!dist/\n/docs/\n',
      '.dockerignore': 'notes.md\n',
      Dockerfile: 'FROM x',
      'a.log': '',
      'dist/a.js': '',
      'dist/b.log': '',
      'docs/index.md': '',
      'notes.md': '',
      'web/.gitignore': '!keep.log\n',
      'web/keep.log': '',
      'web/other.log': '',
      'web/docs/in.md': '',
    });
    expect(paths).toEqual([
      '.berthignore',
      '.dockerignore',
      '.gitignore',
      'Dockerfile',
      'dist/a.js',
      'dist/b.log',
      'web/.gitignore',
      'web/docs/in.md',
      'web/keep.log',
    ]);
  });

  it('does not look into what stays at home', async () => {
    const top = folderOf([{ path: 'index.html', file: new File([''], 'index.html') }]);
    top.folders.set('node_modules', () => Promise.reject(new Error('read all the same')));
    expect((await filesToSend(top)).files.map(({ path }) => path)).toEqual(['index.html']);
  });
});
