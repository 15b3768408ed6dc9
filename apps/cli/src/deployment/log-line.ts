import type { DeploymentLogLine } from '#libs/contracts/api/deployments.js';
import type { Style } from '../ui/style.js';
import { safe } from '../ui/text.js';

/** A line of a deployment's log in the form of `git push`. */
export function logLine({ kind, text }: Pick<DeploymentLogLine, 'kind' | 'text'>, style: Style): string {
  const shown = safe(text);
  switch (kind) {
    case 'phase':
      return `${style.blue('----->')} ${style.bold(shown)}`;
    case 'warning':
      return style.yellow(` !     ${shown}`.trimEnd());
    case 'error':
      return style.red(` !     ${shown}`.trimEnd());
    default:
      return `       ${shown}`.trimEnd();
  }
}
