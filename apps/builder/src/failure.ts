import type { DeploymentError } from '#libs/contracts/deployment-error.js';
import { breachText, type BuildAllowance } from '#libs/core/build-watch.js';
import { BerthError } from '#libs/core/errors.js';
import type { StepName } from '#libs/core/steps.js';
import { BuildFailed } from '#libs/images/build-image.js';
import type { GuardReport } from './build-guard.js';
import type { BuildLog } from './build-log.js';
import { stepTitle } from './progress-lines.js';
import { Stopped } from './stopped.js';

export interface FailureFacts {
  step: StepName;
  limits: BuildAllowance & { minFreeDiskMb: number };
  /** What the kernel refused to the build; null when the Engine had no part in it. */
  guarded: Pick<GuardReport, 'memoryKills' | 'refusedForks'> | null;
}

/** What the owner of a failed deployment is told: what failed, with its last lines, and what to try. Secrets are masked. */
export function describeFailure(error: unknown, log: BuildLog, facts: FailureFacts): DeploymentError {
  const { code, message, hint } = explain(error, log.tail(Infinity), facts);
  return {
    code,
    step: facts.step,
    message: log.mask(message),
    hint: hint === null ? null : log.mask(hint),
    lines: log.tail(),
  };
}

type Explanation = Pick<DeploymentError, 'code' | 'message' | 'hint'>;

function explain(error: unknown, lines: string[], facts: FailureFacts): Explanation {
  if (error instanceof Stopped && error.why === 'timeout') {
    return {
      code: 'build_timeout',
      message: `The build took longer than ${facts.limits.seconds} seconds and was stopped.`,
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

/** What tools print, and what helps. */
const HINTS: [pattern: RegExp, hint: string | ((found: RegExpExecArray) => string)][] = [
  [
    /can only install with an existing package-lock\.json|EJSONPARSE[\s\S]{0,200}package-lock/,
    'package-lock.json is broken, perhaps by a merge: run "npm install" on your machine, commit the file and push again.',
  ],
  [
    /ERR_PNPM_BROKEN_LOCKFILE|ERR_PNPM_LOCKFILE_(?:MISSING|BREAKING)|ERR_PNPM_OUTDATED_LOCKFILE/,
    'pnpm-lock.yaml is broken or does not fit package.json: run "pnpm install" on your machine, commit the file and push again.',
  ],
  [
    /lockfile needs to be updated|YN0028|YN0047|at Lockfile\.<anonymous>/,
    'yarn.lock is broken or does not fit package.json: run "yarn install" on your machine, commit the file and push again.',
  ],
  [
    /lockfile had changes, but lockfile is frozen|Failed to (?:parse|load) (?:the )?(?:bun )?lockfile|bun\.lock:\d+/i,
    'bun.lock is broken or does not fit package.json: run "bun install" on your machine, commit the file and push again.',
  ],
  [
    /Failed to fetch `[^`]+` from Google Fonts/,
    'next/font/google fetches fonts while it builds, and this host cannot reach them: keep the fonts in the app and use next/font/local.',
  ],
  [
    /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)/,
    ([, host]) =>
      `Something in the build wanted ${host}, which cannot be reached from this host: see whether the package that asks for it can be told where to find it, or do without.`,
  ],
  [
    /can only install (?:packages )?when your package\.json and package-lock\.json.*in sync|npm ci.*lock file/is,
    'package.json and package-lock.json disagree: run "npm install", commit package-lock.json and push again.',
  ],
  [
    /ERESOLVE/,
    'npm found versions that exclude each other: run "npm install" on your machine, settle them in package.json and commit the lockfile.',
  ],
  [
    /code E404[\s\S]*?'([^']+)'|E404 Not Found|ERR_PNPM_FETCH_404|Couldn't find package "|YN0035/,
    'A package named in package.json is not in the registry: check its name and version.',
  ],
  [/Missing script: "?([\w:-]+)/, 'package.json has no such script: add it, or correct its name.'],
  [
    /code (?:ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET)|Could not resolve host/,
    'The package registry could not be reached from the build: check the host’s network and try again.',
  ],
  [
    /code EBADENGINE|error[^\n]*Unsupported engine|engine "node" is incompatible|ERR_PNPM_UNSUPPORTED_ENGINE/,
    'A package asks for another version of Node: see "engines" in package.json.',
  ],
  [
    /JavaScript heap out of memory/,
    'Node ran out of its own heap: build less at once, or set NODE_OPTIONS=--max-old-space-size in the build script.',
  ],
  [
    /not found: manifest unknown|pull access denied|failed to resolve source metadata|no such host|failed to do request/,
    'The base image could not be fetched: check its name in FROM, and whether its registry can be reached from this host.',
  ],
  [
    /failed to compute cache key: "(\/app\/[^"]+)" not found/,
    ([, path]) =>
      `Nothing is at ${path}. If the build should make it, write publish under [build] in berth.toml with the folder that it does make; if it is a file of the source: is it committed, and not in .dockerignore?`,
  ],
  [
    /failed to compute cache key.*not found|no such file or directory.*COPY/s,
    'A file named in COPY is not in the source: is it committed, and not in .dockerignore?',
  ],
  [
    /unknown instruction|dockerfile parse error/i,
    'The Dockerfile has an instruction that the Engine does not know: correct that line.',
  ],
  [
    /exec format error|not found$|no such file or directory: unknown/m,
    'A command of the build does not exist in the image: install it in an earlier step.',
  ],
];

function hintFor(text: string): string | null {
  for (const [pattern, hint] of HINTS) {
    const found = pattern.exec(text);
    if (found !== null) return typeof hint === 'string' ? hint : hint(found);
  }
  return null;
}
