import { BerthError } from '#libs/core/errors.js';
import { checkLoose } from './checks.js';
import { withoutHeredocs } from './parse.js';

/**
 * Refuses a base image whose ONBUILD would do what a Dockerfile may not: BuildKit carries it out as if the Dockerfile said it, and nobody
 * has checked it. Throws BerthError `dockerfile_onbuild`.
 *
 * @param image for people
 * @param triggers instructions, as the image's configuration has them
 */
export function checkTriggers(image: string, triggers: readonly string[]): void {
  for (const trigger of triggers) {
    const why = refused(trigger);
    if (why === null) continue;
    throw new BerthError(
      'dockerfile_onbuild',
      `The base image ${image} has each build that begins with it do "${trigger.slice(0, 120)}" (ONBUILD), which Berth does not allow: ${why} Build on another image.`,
      { details: { image } },
    );
  }
}

function refused(trigger: string): string | null {
  // Whatever needs two lines may be read in two ways.
  if (/[\n\\]/.test(trigger)) return 'it has a backslash or more than one line.';
  try {
    checkLoose(withoutHeredocs(trigger), []);
    return null;
  } catch (error) {
    return error instanceof BerthError
      ? error.message.replace(/^Dockerfile, line \d+: /, '')
      : 'it cannot be read.';
  }
}
