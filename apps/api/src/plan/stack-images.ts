import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const stackFile = z.record(z.string(), z.string());

/** Image of each stack that this host has, by name; the bootstrap and the builder write the file. */
export async function stackImages(home: string): Promise<Record<string, string>> {
  const text = await readFile(join(home, 'stacks.json'), 'utf8').catch(() => '{}');
  return stackFile.parse(JSON.parse(text));
}
