import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { extract, pack, type Header } from 'tar-stream';
import { contextEntries, writeSource, type ContextInput } from './context-tar.js';
import { ContextWriter } from './context-writer.js';
import { digestOf, type NewLayer } from './stored-image.js';

/** A layer of more than this, unpacked, is the build's business: making it is then most of the work, here as there. */
export const MOST_SOURCE_BYTES = 16 * 1024 * 1024;
/** Headers, extended headers and padding of the entries. */
const OVERHEAD_BYTES = 4 * 1024 * 1024;

/**
 * The layer that `COPY --chown=1000:1000 <source>/ /<to>/` makes of a build's context: its files below `to`, with the modes, owners and time that they
 * have there. Same source, same bytes.
 */
export async function sourceLayer(context: ContextInput, to: string): Promise<NewLayer> {
  const tar = pack();
  const writer = new ContextWriter(tar, context.modifiedAt);
  const filling = writeSource(writer, { tree: context.tree, sourceFolder: to }, contextEntries(context)).then(
    () => tar.finalize(),
  );
  filling.catch((error: unknown) => tar.destroy(error as Error));
  const chunks: Buffer[] = [];
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk);
  await filling;
  const bytes = Buffer.concat(chunks);
  const packed = await promisify(gzip)(bytes, { level: 4 });
  return {
    diffId: digestOf(bytes),
    digest: digestOf(packed),
    sizeBytes: packed.length,
    open: () => packed,
  };
}

/** Kind, mode and owner of what a layer holds, by path. */
export type LayerEntries = ReadonlyMap<string, string>;

/** What a layer holds, from its packed bytes; null when it is too long, or holds what no copy of a source does. */
export async function entriesOf(packed: Buffer): Promise<LayerEntries | null> {
  const maxOutputLength = MOST_SOURCE_BYTES + OVERHEAD_BYTES;
  const bytes = await promisify(gunzip)(packed, { maxOutputLength }).catch(() => null);
  if (bytes === null) return null;
  const entries = new Map<string, string>();
  const tar = extract();
  tar.end(bytes);
  for await (const entry of tar) {
    const { name, type } = entry.header;
    entry.resume();
    if (!['file', 'directory', 'symlink'].includes(type ?? '') || isWhiteout(name)) return null;
    entries.set(name.replace(/^\.?\/+|\/+$/g, ''), factsOf(entry.header));
  }
  return entries;
}

/** What `sourceLayer` makes of files with these ids (`BuildContext.inputs`). */
export function plannedEntries(inputs: Readonly<Record<string, string>>, to: string): LayerEntries {
  const planned = new Map<string, string>();
  const add = (path: string, type: 'file' | 'symlink' | 'directory', mode: number): void =>
    void planned.set(path, factsOf({ type, mode, uid: 1000, gid: 1000 }));
  const folders = (path: string): void => {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1))
      add(path.slice(0, end), 'directory', 0o755);
  };
  folders(`${to}/`);
  for (const [path, id] of Object.entries(inputs)) {
    folders(`${to}/${path}`);
    if (id.startsWith('link:')) add(`${to}/${path}`, 'symlink', 0o777);
    else add(`${to}/${path}`, 'file', id.startsWith('*') ? 0o755 : 0o644);
  }
  return planned;
}

function factsOf({ type, mode, uid, gid }: Pick<Header, 'type' | 'mode' | 'uid' | 'gid'>): string {
  return `${type} ${((mode ?? 0) & 0o7777).toString(8)} ${uid}:${gid}`;
}

/** A whiteout: it takes away what lies in the layers below. */
function isWhiteout(name: string): boolean {
  return /(?:^|\/)\.wh\./.test(name);
}
