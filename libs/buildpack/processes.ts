import { userCommand } from './command.js';
import type { Procfile } from './procfile.js';

/** Argument arrays of all process types of a Procfile; `web` is the given one when the Procfile has none. */
export function processesOf(procfile: Procfile | null, web: string[]): Record<string, string[]> {
  const others = [...(procfile ?? [])].filter(([type]) => type !== 'web');
  return {
    web,
    ...Object.fromEntries(others.map(([type, line]) => [type, userCommand(line).args])),
  };
}
