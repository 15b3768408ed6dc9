import type { ProjectFiles } from '../project-files.js';

const FILE = '.mvn/wrapper/maven-wrapper.properties';

/** Line of Maven's versions that the stacks have (Debian trixie's). */
export const STACK_MAVEN = '3.9';

/** The Maven that an app's wrapper asks for. */
export interface MavenWrapper {
  file: string;
  version: string;
  /** Is it another line than the stack's, so that the wrapper has to bring it? */
  used: boolean;
}

/** Null where the app brings no wrapper, or one that names no version. */
export async function mavenWrapper(files: ProjectFiles): Promise<MavenWrapper | null> {
  if (!files.has('mvnw')) return null;
  const text = await files.read(FILE);
  const version = /^\s*distributionUrl\s*=.*\/apache-maven-(\d+\.[\w.-]+?)-bin\.(?:zip|tar\.gz)\s*$/m.exec(
    text ?? '',
  )?.[1];
  if (version === undefined) return null;
  return { file: FILE, version, used: !version.startsWith(`${STACK_MAVEN}.`) };
}
