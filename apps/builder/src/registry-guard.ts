import { BerthError } from '#libs/core/errors.js';
import { isHostRegistry } from '#libs/images/image-reference.js';
import type { BuildProgress } from '#libs/images/build-progress.js';

/** Is this BuildKit fetching an address itself, from the host's network? */
function fetches(step: string): boolean {
  return /^(?:\[[^\]]*\] ADD (?:--\S+ )*)?(?:https?|git|ssh):\/\//i.test(step);
}

/**
 * Ends a build that asks for anything of the host's own registry, or has the host fetch an address. A Dockerfile that says so is refused before it is built, but a
 * base image may carry such instructions itself (ONBUILD), and those are only seen when they come up.
 */
export class RegistryGuard {
  private readonly abort = new AbortController();

  /** @param allowed references that Berth itself put into the Dockerfile */
  constructor(
    private readonly registryHost: string,
    private readonly allowed: ReadonlySet<string> = new Set(),
  ) {}

  /** Aborts, with a BerthError as its reason, when the build is to be ended. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  readonly watch = (progress: BuildProgress): void => {
    if (progress.kind !== 'step-started' && progress.kind !== 'step-ended') return;
    if (fetches(progress.step.name)) {
      this.abort.abort(
        new BerthError(
          'dockerfile_add',
          'The build has the host itself fetch an address (ADD), from where the platform’s own services can be reached. Use RUN with curl or git.',
        ),
      );
      return;
    }
    if (!this.names(progress.step.name)) return;
    this.abort.abort(
      new BerthError(
        'dockerfile_base',
        'The base image asks for an image of this host’s own registry, which holds the images of all teams. Choose another base image.',
      ),
    );
  };

  /** Only BuildKit's own look-ups count: a command may print or mention what it likes. */
  private names(step: string): boolean {
    const [, source] = /^(?:\[internal\] load metadata for|\[[^\]]*\] FROM|FROM) (\S+)/.exec(step) ?? [];
    if (source !== undefined && this.allowed.has(source)) return false;
    const registry = source?.includes('/') ? source.split('/')[0] : undefined;
    return registry !== undefined && isHostRegistry({ registry }, this.registryHost);
  }
}
