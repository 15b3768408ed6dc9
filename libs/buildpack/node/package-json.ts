import { z } from 'zod';
import { parseJsonFile } from '../json-file.js';
import type { ProjectFiles } from '../project-files.js';

const texts = z.record(z.string(), z.string());

/** The fields of package.json that decide a build. Unknown fields are the app's business. */
const packageJson = z.object({
  name: z.string().optional(),
  main: z.string().optional(),
  scripts: texts.optional(),
  dependencies: texts.optional(),
  optionalDependencies: texts.optional(),
  devDependencies: texts.optional(),
  peerDependencies: texts.optional(),
  engines: z.object({ node: z.string().optional() }).loose().optional().catch(undefined),
  workspaces: z.unknown().optional(),
});

export type PackageJson = z.infer<typeof packageJson>;

/** Reads the app's package.json; null when there is none. Throws BerthError with the line or field that is wrong. */
export async function readPackageJson(files: ProjectFiles): Promise<PackageJson | null> {
  const text = await files.read('package.json');
  return text === null ? null : parseJsonFile('package.json', text, packageJson);
}
