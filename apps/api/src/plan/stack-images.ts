import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const stackFile = z.record(z.string(), z.string());

/** Image of each stack that this host has, by name; the bootstrap and the builder write the file. */
export function stackImages(home: string): Promise<Record<string, string>> {
  return read(home, 'stacks.json');
}

/** When each of these images was made, by reference. */
export function stackImagesMade(home: string): Promise<Record<string, string>> {
  return read(home, 'stacks-made.json');
}

async function read(home: string, file: string): Promise<Record<string, string>> {
  const text = await readFile(join(home, file), 'utf8').catch(() => '{}');
  return stackFile.parse(JSON.parse(text));
}
