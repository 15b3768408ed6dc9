import type { DeploymentFailure } from '#libs/contracts/deployment-error.js';
import type { StepName } from '#libs/core/steps.js';
import { BerthError } from '#libs/core/errors.js';
import { EngineError } from '#libs/engine/port.js';
import { TaskAborted } from './tasks.js';

/** A start that cannot succeed, with what its owner should read. Everything else that is thrown means: try again later. */
export class StartFailed extends Error {
  constructor(
    readonly reason: Omit<DeploymentFailure, 'lines'>,
    readonly exitCode: number | null = null,
    options?: { cause?: unknown },
  ) {
    super(reason.message, options);
    this.name = 'StartFailed';
  }
}

/** Failures of the engine that are the release's own fault, and what to do about each. */
const hints: Partial<Record<EngineError['code'], string>> = {
  image_missing: 'Deploy again: the image is built and pushed anew.',
  image_invalid: 'The image does not fit this host. Build it for the same architecture.',
  no_such_command:
    'Check the start command: its program must be in the image. In a Procfile, `web: <command>` sets it.',
};

/** Turns an engine's failure into the deployment's, if trying again cannot help; null otherwise. */
export function startFailureOf(error: unknown, step: StepName): StartFailed | null {
  if (!(error instanceof EngineError)) return null;
  const hint = hints[error.code];
  if (hint === undefined) return null;
  const code = error.code === 'no_such_command' ? 'no_start_command' : error.code;
  return new StartFailed({ code, step, message: error.message, hint }, null, { cause: error });
}

/** Troubles that are nobody's fault (engine or registry away) are waited out for so long, then the start has failed. */
const patienceMs = 5 * 60_000;

/** Remembers since when an instance cannot be started for reasons that may pass. */
export class Troubles {
  readonly #since = new Map<string, number>();

  /** The failure that an error means, or null: try again. */
  judge(instanceId: string, error: unknown, now = Date.now()): StartFailed | null {
    if (error instanceof StartFailed) return error;
    // What the store refuses (no free network, no free address) says itself what to do; waiting changes nothing.
    if (error instanceof BerthError) {
      return new StartFailed(
        { code: error.code, step: 'network', message: error.message, hint: null },
        null,
        {
          cause: error,
        },
      );
    }
    if (error instanceof TaskAborted || !(error instanceof EngineError)) return null;
    const since = this.#since.get(instanceId) ?? now;
    this.#since.set(instanceId, since);
    if (now - since < patienceMs) return null;
    const hint = 'The fault is not in your app. Tell whoever runs this platform, and deploy again later.';
    return new StartFailed({ code: error.code, step: 'start', message: error.message, hint }, null, {
      cause: error,
    });
  }

  over(instanceId: string): void {
    this.#since.delete(instanceId);
  }
}
