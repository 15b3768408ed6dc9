import { z } from 'zod';
import type { ProjectFiles } from '../project-files.js';
import { parseTomlFile } from '../toml-file.js';

const inherited = z.union([z.string(), z.object({ workspace: z.boolean() })]);

/** The fields of Cargo.toml that decide a build. */
const cargoToml = z.object({
  package: z
    .object({
      name: z.string(),
      'default-run': z.string().optional(),
      'rust-version': inherited.optional(),
      autobins: z.boolean().optional(),
    })
    .optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
  bin: z.array(z.object({ name: z.string(), path: z.string().optional() })).optional(),
  workspace: z
    .object({
      members: z.array(z.string()).optional(),
      exclude: z.array(z.string()).optional(),
      package: z.object({ 'rust-version': z.string().optional() }).optional(),
    })
    .optional(),
});

/** A package that becomes programs. */
export interface Crate {
  /** Folder, empty for the root. */
  folder: string;
  name: string;
  programs: string[];
  defaultRun: string | null;
  /** It is a server of Rocket's, which reads its port from a variable of its own. */
  rocket: boolean;
}

export interface RustProject {
  crates: Crate[];
  /** The least version of Rust that the app says it needs. */
  rustVersion: string | null;
  /** What rust-toolchain asks for. */
  toolchain: string | null;
}

/** Reads Cargo.toml and those of the workspace's members. Throws BerthError with line or field of what is wrong. */
export async function readProject(files: ProjectFiles): Promise<RustProject> {
  const root = await read(files, '');
  const folders = [
    '',
    ...memberFolders(files, root?.workspace?.members ?? [], root?.workspace?.exclude ?? []),
  ];
  const crates: Crate[] = [];
  for (const folder of folders.slice(0, 100)) {
    const manifest = folder === '' ? root : await read(files, folder);
    if (manifest?.package === undefined) continue;
    const programs = programsOf(files, folder, manifest);
    if (programs.length === 0) continue;
    const { name, 'default-run': defaultRun = null } = manifest.package;
    crates.push({
      folder,
      name,
      programs,
      defaultRun,
      rocket: manifest.dependencies?.['rocket'] !== undefined,
    });
  }
  const version = root?.package?.['rust-version'];
  return {
    crates,
    rustVersion: typeof version === 'string' ? version : (root?.workspace?.package?.['rust-version'] ?? null),
    toolchain: await toolchainOf(files),
  };
}

async function read(files: ProjectFiles, folder: string): Promise<z.infer<typeof cargoToml> | null> {
  const path = folder === '' ? 'Cargo.toml' : `${folder}/Cargo.toml`;
  const text = await files.read(path);
  return text === null ? null : parseTomlFile(path, text, cargoToml);
}

/** Folders with a Cargo.toml that the workspace's patterns name. */
function memberFolders(
  files: ProjectFiles,
  members: readonly string[],
  exclude: readonly string[],
): string[] {
  const folders = files.paths
    .filter((path) => path.endsWith('/Cargo.toml'))
    .map((path) => path.slice(0, -'/Cargo.toml'.length));
  const matches = (patterns: readonly string[], folder: string) =>
    patterns.some((pattern) => globPattern(pattern).test(folder));
  return folders.filter((folder) => matches(members, folder) && !matches(exclude, folder));
}

/** `crates/*` and the like; `*` stays within a folder. */
function globPattern(pattern: string): RegExp {
  const text = pattern
    .replace(/^\.\//, '')
    .replace(/\/$/, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, (stars) => (stars.length > 1 ? '.*' : '[^/]*'))
    .replaceAll('?', '[^/]');
  return new RegExp(`^${text}$`);
}

/** Programs by the rules of cargo: src/main.rs, src/bin/*.rs, and what [[bin]] names. */
function programsOf(files: ProjectFiles, folder: string, manifest: z.infer<typeof cargoToml>): string[] {
  const at = folder === '' ? '' : `${folder}/`;
  const named = (manifest.bin ?? []).map(({ name }) => name);
  const paths = new Set((manifest.bin ?? []).map(({ path }) => path));
  if (manifest.package?.autobins === false) return named;
  const found = files.paths.flatMap((path) => {
    const inside = path.startsWith(at) ? path.slice(at.length) : '';
    return /^src\/bin\/([^/]+)(?:\.rs|\/main\.rs)$/.exec(inside)?.[1] ?? [];
  });
  const main =
    files.has(`${at}src/main.rs`) && !paths.has('src/main.rs') ? [manifest.package?.name ?? ''] : [];
  return [...new Set([...main, ...named, ...found])].filter((name) => /^[A-Za-z0-9_-]+$/.test(name));
}

async function toolchainOf(files: ProjectFiles): Promise<string | null> {
  const toml = await files.read('rust-toolchain.toml');
  const text = toml ?? (await files.read('rust-toolchain'));
  if (text === null) return null;
  const channel = /^\s*channel\s*=\s*["']([^"']+)["']/m.exec(text)?.[1];
  return channel ?? (toml === null && !text.includes('[') ? text.trim() : null);
}
