import { BerthError } from '#libs/core/errors.js';
import { readSmall, type SnapshotTree } from '#libs/core/snapshot-tree.js';
import { noSettings, type Settings } from './settings.js';

/** No manifest that Berth reads is longer than this; lockfiles are never read, only looked for. */
const MAX_MANIFEST_BYTES = 1024 * 1024;
const START_BYTES = 1024;

/** The app's files as a buildpack sees them: names and sizes of all, content of the few that it asks for. */
export interface ProjectFiles {
  /** Paths of files and links, `/`-separated, relative to the app's root, sorted. */
  readonly paths: readonly string[];
  /** What berth.toml says. */
  readonly settings: Settings;
  has(path: string): boolean;
  /** Is there anything below this folder? */
  hasFolder(path: string): boolean;
  size(path: string): number | null;
  /**
   * Text of a file, or null when there is none. Throws BerthError `file_too_long` above 1 MiB and `file_not_text`
   * when it is not UTF-8: a manifest is neither.
   */
  read(path: string): Promise<string | null>;
  /** The first KiB of a file as text, however long it is; empty when there is none. */
  readStart(path: string): Promise<string>;
}

/** The view of a snapshot that buildpacks work with. Reads are remembered, so asking twice costs nothing. */
export function projectFiles(tree: SnapshotTree, settings: Settings = noSettings): ProjectFiles {
  const entries = new Map(tree.entries.map((entry) => [entry.path, entry]));
  const texts = new Map<string, string>();
  return {
    paths: tree.entries.map((entry) => entry.path),
    settings,
    has: (path) => entries.has(path),
    hasFolder: (path) => tree.entries.some((entry) => entry.path.startsWith(`${path}/`)),
    size: (path) => entries.get(path)?.size ?? null,
    async read(path) {
      const known = texts.get(path);
      if (known !== undefined) return known;
      const entry = entries.get(path);
      if (entry === undefined) return null;
      if (entry.kind === 'symlink') {
        throw new BerthError(
          'file_is_link',
          `${path} is a symbolic link to ${entry.target}. Berth reads this file to plan the build: replace the link by the file itself.`,
        );
      }
      const text = decode(path, await readSmall(tree, path, MAX_MANIFEST_BYTES));
      texts.set(path, text);
      return text;
    },
    async readStart(path) {
      if (entries.get(path)?.kind !== 'file') return '';
      let start = new Uint8Array(0);
      for await (const chunk of tree.open(path)) {
        start = Uint8Array.from([...start, ...chunk.slice(0, START_BYTES)]);
        if (start.length >= START_BYTES) break;
      }
      return new TextDecoder().decode(start.slice(0, START_BYTES));
    },
  };
}

function decode(path: string, content: Uint8Array | null): string {
  if (content === null) {
    throw new BerthError(
      'file_too_long',
      `${path} is longer than ${MAX_MANIFEST_BYTES / 1024} KiB. Berth reads this file to plan the build: make it shorter.`,
    );
  }
  if (content.includes(0)) throw notText(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw notText(path, error);
  }
}

function notText(path: string, cause?: unknown): BerthError {
  return new BerthError(
    'file_not_text',
    `${path} is not a UTF-8 text file. Save it as UTF-8 text and push again.`,
    {
      cause,
    },
  );
}
