import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { mirrorKinds, type MirrorKind } from '#libs/core/mirrors.js';

const url = z.url({ protocol: /^https?$/ });

/** `registries.json` of the state directory; infra writes it at each start. */
const hostRegistries = z.object({
  /** Where the host's own tools go; a kind is left out where nothing says so. */
  defaults: z.partialRecord(z.enum(mirrorKinds), url),
  /** What BERTH_MIRRORS and BERTH_DOCKER_MIRRORS name, for hosts whose administrator gave no list. */
  mirrors: z.partialRecord(z.enum(mirrorKinds), z.array(url)),
});
export type HostRegistries = z.infer<typeof hostRegistries>;

/** What this host is set to. A file that is not there, or not readable, says nothing. */
export async function readHostRegistries(home: string): Promise<HostRegistries> {
  const text = await readFile(join(home, 'registries.json'), 'utf8').catch(() => '{}');
  const parsed = hostRegistries.safeParse(parse(text));
  return parsed.success ? parsed.data : { defaults: {}, mirrors: {} };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The places of one kind where nobody gave a list: an Engine asks its own mirrors first, package tools the host's registry. */
export function hostPlaces(kind: MirrorKind, { mirrors }: HostRegistries): string[] {
  const named = mirrors[kind] ?? [];
  return kind === 'images' ? [...named, 'default'] : ['default', ...named];
}
