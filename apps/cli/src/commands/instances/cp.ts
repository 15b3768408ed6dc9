import { realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { command } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { Failure, usage } from '../../frame/failure.js';
import { workingInstance } from '../../settings/instance.js';
import { commandIn } from '../../terminal/command-in.js';
import { plural, size } from '../../ui/units.js';

/** `INSTANCE:PATH`; one letter is a drive of Windows. */
const there = /^([A-Za-z0-9-]{2,60}):(.+)$/;

export const cp = command({
  name: 'cp',
  group: 'Run',
  summary: 'Copy a file or folder into an instance or out of it',
  about: [
    'It is done by `tar` in the instance, with the rights of what runs there: the image must have it. Files and folders are copied, links are left out. What is written there is lost with the instance.',
  ],
  app: 'option',
  arguments: [
    { name: 'FROM', about: 'A path here, or INSTANCE:PATH', completes: 'file' },
    { name: 'TO', about: 'The other', completes: 'file' },
  ],
  examples: [
    ['cp web:/tmp/heap.json .', 'out of the newest web instance'],
    ['cp ./seed 9c2f41aa:/tmp --app hello', 'into an instance'],
  ],
  async run(context, input) {
    const [from, to] = [input.argument('FROM'), input.argument('TO')];
    const [outOf, into] = [there.exec(from), there.exec(to)];
    if ((outOf === null) === (into === null))
      throw usage('One of the two is a path here, the other is INSTANCE:PATH.', [
        'Out of an instance: `berth cp web:/tmp/heap.json .`; into one: `berth cp ./seed web:/tmp`.',
        '`berth ps` lists the instances; a process type, such as web, means its newest.',
      ]);
    if (outOf !== null) return copyOut(context, outOf[1] ?? '', outOf[2] ?? '', to);
    return copyIn(context, from, into?.[1] ?? '', into?.[2] ?? '');
  },
});

async function copyOut(context: Context, typed: string, path: string, to: string): Promise<void> {
  const { id } = await workingInstance(context, typed);
  const { folder, name } = split(path);
  const local = resolve(context.cwd, to);
  const { Unpacker } = await import('../../copy/unpack.js');
  const unpacker = new Unpacker(name, (await isFolder(local)) ? join(local, name) : local);
  // "./" before it: a name that begins with a hyphen is no option.
  const run = ['tar', '-cf', '-', '-C', folder, `./${name}`];
  const { code, complaint } = await commandIn(context, id, run, { output: (data) => unpacker.write(data) });
  if (code !== 0) throw refused(code, complaint, path);
  await unpacker.end();
  warnOfSkipped(context, unpacker.skipped.length);
  const { files, bytes, skipped } = unpacker;
  context.ui.result({ to: local, files, bytes, skipped }, () =>
    context.ui.done(`Copied ${plural(files, 'file')}, ${size(bytes)}.`),
  );
}

async function copyIn(context: Context, from: string, typed: string, path: string): Promise<void> {
  const local = resolve(context.cwd, from);
  // The one that was named may be a link; whoever names it means what it leads to.
  const real = await realpath(local).catch(() => {
    throw usage(`There is no ${from}.`);
  });
  const { id } = await workingInstance(context, typed);
  const isThere = await commandIn(context, id, ['test', '-d', path]);
  const { folder, name } = isThere.code === 0 ? { folder: path, name: basename(local) } : split(path);
  const { packPath } = await import('../../copy/pack.js');
  const packed = { files: 0, skipped: 0 };
  const archive = packPath(real, name, packed);
  const run = ['tar', '-x', '-o', '-f', '-', '-C', folder];
  const { code, complaint } = await commandIn(context, id, run, { input: archive });
  if (code !== 0) throw refused(code, complaint, path);
  warnOfSkipped(context, packed.skipped);
  context.ui.result({ to: folder, ...packed }, () =>
    context.ui.done(`Copied ${plural(packed.files, 'file')} to ${folder}.`),
  );
}

function warnOfSkipped({ ui }: Context, count: number): void {
  if (count > 0) ui.warn(`Left out ${plural(count, 'link or the like', 'links and the like')}.`);
}

/** A path there: its folder and its own name. */
function split(path: string): { folder: string; name: string } {
  const bare = path.replace(/\/+$/, '');
  const at = bare.lastIndexOf('/');
  const name = bare.slice(at + 1);
  if (name === '' || name === '.' || name === '..') throw usage(`${path} does not name a file or folder.`);
  return { folder: at < 0 ? '.' : bare.slice(0, at) || '/', name };
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

function refused(code: number, complaint: string, path: string): Failure {
  const noTar = code === 126 || code === 127;
  return new Failure(noTar ? 'The image has no tar, which copies.' : `${path} was not copied.`, {
    why: complaint.trim() || null,
    todo: noTar ? 'Read or write the file with `berth exec` and what the image has.' : [],
    exit: 'refused',
  });
}
