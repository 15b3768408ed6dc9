import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../frame/failure.js';
import { nodeChildProcess } from '../node-modules.js';

/**
 * Lets a person change a text in their editor (VISUAL, EDITOR, else vi). The file lies in a folder that only they can read, and is
 * gone afterwards.
 */
export async function editText(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-'));
  try {
    const file = join(folder, 'config.env');
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
    await runEditor(env['VISUAL'] || env['EDITOR'] || 'vi', file);
    return await readFile(file, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runEditor(editor: string, file: string): Promise<void> {
  // "code --wait": words, not a shell's line.
  const [program = 'vi', ...args] = editor.split(/\s+/).filter(Boolean);
  return new Promise((resolve, reject) => {
    const child = nodeChildProcess().spawn(program, [...args, file], { stdio: 'inherit' });
    child.once('error', (cause) =>
      reject(
        new Failure(`The editor ${program} cannot be started.`, {
          why: cause.message,
          todo: 'Set EDITOR.',
          cause,
        }),
      ),
    );
    child.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(new Failure(`The editor ended with ${code}. Nothing was changed.`, { code: 'declined' })),
    );
  });
}
