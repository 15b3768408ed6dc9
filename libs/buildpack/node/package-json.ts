import { z } from 'zod';
import { parseJsonFile } from '../json-file.js';
import type { ProjectFiles } from '../project-files.js';

const texts = z.record(z.string(), z.string());
/** Fields whose other forms other tools know: those are left alone. */
const hints = z.record(z.string(), z.unknown()).optional().catch(undefined);

/** The fields of package.json that decide a build. Unknown fields are the app's business. */
const packageJson = z.object({
  name: z.string().optional(),
  main: z.string().optional(),
  scripts: texts.optional(),
  dependencies: texts.optional(),
  optionalDependencies: texts.optional(),
  devDependencies: texts.optional(),
  peerDependencies: texts.optional(),
  engines: hints,
  volta: hints,
  packageManager: z.string().optional().catch(undefined),
  workspaces: z
    .union([z.array(z.string()), z.object({ packages: z.array(z.string()).optional() }).loose()])
    .optional(),
  allowScripts: z.unknown().optional(),
});

export type PackageJson = z.infer<typeof packageJson>;

/**
 * Reads a package.json, by default the app's own; null when there is none. Throws BerthError with the line or field that is
 * wrong.
 */
export async function readPackageJson(
  files: ProjectFiles,
  path = 'package.json',
): Promise<PackageJson | null> {
  const text = await files.read(path);
  return text === null ? null : parseJsonFile(path, text, packageJson);
}

/** A version range that package.json asks for, of a tool such as node or pnpm. */
export function wantedVersion(
  manifest: PackageJson,
  tool: string,
): { range: string; field: 'engines' | 'volta' } | null {
  for (const field of ['volta', 'engines'] as const) {
    const range = manifest[field]?.[tool];
    if (typeof range === 'string' && range.trim() !== '') return { range: range.trim(), field };
  }
  return null;
}

/** Names of all packages that a manifest depends on. */
export function dependencyNames(manifest: PackageJson): Set<string> {
  const { dependencies, optionalDependencies, devDependencies, peerDependencies } = manifest;
  return new Set(
    [dependencies, optionalDependencies, devDependencies, peerDependencies].flatMap((group) =>
      Object.keys(group ?? {}),
    ),
  );
}
