import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';

const stacks = z.record(z.string(), z.string());

/** Image reference of each stack of this host, from the file that infra/stacks writes. Throws `stack_missing`. */
export async function readStacks(home: string): Promise<Record<string, string>> {
  const path = join(home, 'stacks.json');
  try {
    return stacks.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new BerthError(
      'stack_missing',
      'This host has no stack images yet. Run "npm start" to make them, then try the deployment again.',
      {
        cause: error,
      },
    );
  }
}
