import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { parseDockerfile } from './dockerfile/parse.js';

/**
 * Names of the stacks of which an image stands on another edition than the one in force: it was built before they were renewed. Built
 * again, from the same source, it stands on the new one.
 *
 * @param inForce image of each stack of this host, by name
 */
export function stacksBehind(
  { stacks, dockerfile }: Pick<BuildPlan, 'stacks' | 'dockerfile'>,
  inForce: Readonly<Record<string, string>>,
): string[] {
  const used = new Set(
    parseDockerfile(dockerfile).instructions.flatMap(({ keyword, rest }) =>
      keyword === 'FROM' ? [rest.split(/\s+/)[0] ?? ''] : [],
    ),
  );
  return stacks.filter((name) => !used.has(inForce[name] ?? ''));
}
