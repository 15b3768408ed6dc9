import { usage } from '../frame/failure.js';

/** The best shell that an image has. */
const shell: readonly string[] = ['/bin/sh', '-c', 'exec $(command -v bash || echo sh)'];

/** The command that was given, or a shell. */
export function commandOrShell(given: readonly string[]): string[] {
  if (given[0] === '') throw usage('The command is empty.', 'Leave it out for a shell.');
  return [...(given.length > 0 ? given : shell)];
}
