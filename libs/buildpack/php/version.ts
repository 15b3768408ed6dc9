import type { PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import type { ProjectFiles } from '../project-files.js';
import { allows, listed } from '../versions.js';
import type { Composer } from './composer.js';

/** What there are stacks for, the one that apps get that ask for none first. infra/stacks/php.mjs says the same. */
export const PHPS = ['8.4', '8.2'] as const;

/** Which PHP is used and why. Throws BerthError `php_version` where the app excludes all that there are. */
export function phpChoice(
  files: ProjectFiles,
  composer: Composer | null,
): { version: string; choice: PlanChoice } {
  const said = files.settings.build.versions['php'];
  const wanted = said ?? composer?.php ?? null;
  const from = said === undefined ? '"php" in composer.json' : 'berth.toml';
  const version = PHPS.find((each) => wanted === null || allows(asRange(wanted), each));
  if (version === undefined)
    throw new BerthError(
      'php_version',
      `${from} asks for PHP ${wanted}, and Berth has PHP ${listed(PHPS)} alone. ` +
        'Allow one of these there once the app runs with it, or add a Dockerfile that brings the version that you need.',
      { details: { wanted, from, available: [...PHPS] } },
    );
  return {
    version,
    choice: {
      what: 'Runtime',
      value: `PHP ${version} with Apache`,
      why:
        wanted === null
          ? 'The app names no version; this is what it gets then.'
          : `${from} asks for ${wanted}.`,
      change: `Write php = "${PHPS.find((each) => each !== version)}" under [build.versions] in berth.toml: Berth has PHP ${listed(PHPS)}, of Debian. A Dockerfile may bring another.`,
    },
  };
}

/** What Composer writes in other words: blanks for commas, one bar or two, `~8.2` for every 8.x from there on, `7.4 - 8.2`. */
function asRange(text: string): string {
  return text
    .split(/\|\|?/)
    .map((part) =>
      part
        .trim()
        .replace(/^(\S+)\s+-\s+(\S+)$/, '>=$1,<=$2')
        .replace(/([<>=!~^])\s+/g, '$1')
        .replace(/[\s,]+/g, ',')
        .replace(/~(?!=)/g, '~='),
    )
    .join('||');
}
