import type { DeploymentFailure } from '#libs/contracts/deployment-error.js';
import { breachText, type BuildAllowance } from '#libs/core/build-watch.js';
import { BerthError } from '#libs/core/errors.js';
import type { StepName } from '#libs/core/steps.js';
import { BuildFailed } from '#libs/images/build-image.js';
import type { GuardReport } from './build-guard.js';
import type { BuildLog } from './build-log.js';
import { hintFor } from './failure-hints.js';
import { stepTitle } from './progress-lines.js';
import { Stopped } from './stopped.js';

export interface FailureFacts {
  step: StepName;
  limits: BuildAllowance & { minFreeDiskMb: number };
  /** What the kernel refused to the build; null when the Engine had no part in it. */
  guarded: Pick<GuardReport, 'memoryKills' | 'refusedForks'> | null;
}

/** What the owner of a failed deployment is told: what failed, with its last lines, and what to try. Secrets are masked. */
export function describeFailure(error: unknown, log: BuildLog, facts: FailureFacts): DeploymentFailure {
  const { code, message, hint } = explain(error, log.tail(Infinity), facts);
  return {
    code,
    step: facts.step,
    message: log.mask(message),
    hint: hint === null ? null : log.mask(hint),
    lines: log.tail(),
  };
}

type Explanation = Pick<DeploymentFailure, 'code' | 'message' | 'hint'>;

function explain(error: unknown, lines: string[], facts: FailureFacts): Explanation {
  if (error instanceof Stopped && error.why === 'timeout') {
    return {
      code: 'build_timeout',
      message: `The build took longer than ${facts.limits.seconds} seconds, time that it waited for a processor not counted, and was stopped.`,
      hint: 'Look at the last lines for what it waited for. The host’s operator can raise BERTH_BUILD_TIMEOUT_S.',
    };
  }
  if (error instanceof BuildFailed) return explainBuild(error, lines, facts);
  if (error instanceof BerthError) return { code: error.code, message: error.message, hint: hintOf(error) };
  return {
    code: 'internal',
    message: 'Berth itself failed at this step; the log of the builder says how.',
    hint: 'Retry the deployment. If it fails again, look at the builder’s log.',
  };
}

function explainBuild(error: BuildFailed, lines: string[], facts: FailureFacts): Explanation {
  const title = error.step === null ? null : stepTitle(error.step.name);
  const { memoryKills = 0, refusedForks = 0 } = facts.guarded ?? {};
  if (memoryKills > 0) return atLimit('memory', title, facts);
  if (refusedForks > 0) return atLimit('pids', title, facts);
  const hint =
    error.exitCode === 137
      ? 'Exit code 137 means that it was killed, most often for want of memory.'
      : hintFor(lines.join('\n') + error.reason);
  if (error.exitCode !== null && title !== null) {
    return {
      code: 'build_failed',
      message: `The step "${title}" ended with exit code ${error.exitCode}.`,
      hint,
    };
  }
  return { code: 'build_failed', message: `The build failed: ${plainReason(error.reason)}`, hint };
}

/** A command that the kernel refused something ends in its own way; what it was refused is the cause. */
function atLimit(breach: 'memory' | 'pids', title: string | null, { limits }: FailureFacts): Explanation {
  const { message, ...rest } = breachText(breach, limits);
  return { ...rest, message: title === null ? message : `${message} It happened in the step "${title}".` };
}

function hintOf({ details }: BerthError): string | null {
  const hint = details['hint'];
  return typeof hint === 'string' ? hint : null;
}

/** BuildKit's reason without the parts that name its own machinery. */
function plainReason(reason: string): string {
  return reason
    .replace(
      /^(?:failed to solve(?: with frontend \S+)?: |rpc error: code = \w+ desc = |failed to solve: |failed to create LLB definition: )+/g,
      '',
    )
    .slice(0, 500);
}
