import type { BuildPlan, PlanChoice } from '#libs/contracts/build-plan.js';
import { BERTH_TOML } from './berth-toml.js';
import type { Settings } from './settings.js';

/** Adds to a language's plan what berth.toml says of every app, whatever its language. */
export function applySettings(plan: BuildPlan, settings: Settings, root: string): BuildPlan {
  const { manifest, port, healthPath } = settings;
  return {
    ...plan,
    choices: [...rootChoice(root), ...withPort(plan.choices, port), ...runChoices(settings)],
    port: port ?? plan.port,
    healthPath: healthPath ?? plan.healthPath,
    ...(root !== '' && plan.root === undefined && { root }),
    manifest,
  };
}

function rootChoice(root: string): PlanChoice[] {
  if (root === '') return [];
  return [
    {
      what: 'Root folder',
      value: root,
      why: `${BERTH_TOML} says so.`,
      change: `Change root under [build] in ${BERTH_TOML}.`,
    },
  ];
}

function withPort(choices: readonly PlanChoice[], port: number | null): PlanChoice[] {
  if (port === null) return [...choices];
  const choice: PlanChoice = {
    what: 'Port',
    value: String(port),
    why: `${BERTH_TOML} says so; PORT is set to the same number.`,
    change: `Change port under [start] in ${BERTH_TOML}.`,
  };
  return [...choices.filter(({ what }) => what !== 'Port'), choice];
}

const oneAtATime = `${BERTH_TOML} says so. One release has it at a time: the running one is stopped before the next one starts.`;

/** What is told of the running app, only where its author said something. */
function runChoices({ healthPath, manifest }: Settings): PlanChoice[] {
  const choice = (
    what: string,
    value: string,
    table: string,
    why = `${BERTH_TOML} says so.`,
  ): PlanChoice => ({
    what,
    value,
    why,
    change: `Change [${table}] in ${BERTH_TOML}.`,
  });
  const { env, startTimeoutSeconds, sleep, scale, cron = [], limits = {}, protocol, volumes = {} } = manifest;
  const found: PlanChoice[] = [];
  if (healthPath !== null) found.push(choice('Health check', `GET ${healthPath}`, 'health'));
  if (startTimeoutSeconds !== undefined)
    found.push(choice('Time to start', `${startTimeoutSeconds} s`, 'health'));
  // Values may be long; names say what matters.
  if (Object.keys(env).length > 0) found.push(choice('Environment', Object.keys(env).join(', '), 'env'));
  if (Object.keys(sleep).length > 0) found.push(choice('Sleep', said(sleep), 'sleep'));
  for (const { name, schedule, timezone } of cron)
    found.push(choice('Cron', `${name}: ${schedule} (${timezone})`, '[cron]'));
  if (Object.keys(scale).length > 0) found.push(choice('Scale', said(scale), 'scale'));
  if (Object.keys(limits).length > 0) found.push(choice('Limits', said(limits), 'limits'));
  if (protocol !== undefined) found.push(choice('Protocol', protocol, 'start'));
  for (const [name, path] of Object.entries(volumes))
    found.push(choice('Volume', `${name}: ${path}`, 'volumes', oneAtATime));
  return found;
}

const WORDS: Record<string, (value: unknown) => string> = {
  enabled: (value) => (value === true ? 'on' : 'off'),
  freezeAfterSeconds: (value) => `frozen after ${String(value)} s`,
  stopAfterSeconds: (value) => `stopped after ${String(value)} s`,
  waitingPage: (value) => (value === true ? 'a waiting page for browsers' : 'no waiting page'),
  answerPaths: (value) => `answered while asleep: ${String(value)}`,
  answerAgents: (value) => `answered while asleep: agents ${String(value)}`,
  beforeFreeze: (value) => `told before it is frozen: POST ${String(value)}`,
  afterWake: (value) => `told when it goes on: POST ${String(value)}`,
  min: (value) => `at least ${String(value)}`,
  max: (value) => `at most ${String(value)}`,
  concurrency: (value) => `${String(value)} requests at once each`,
  memoryMb: (value) => `${String(value)} MiB of memory`,
  cpus: (value) => `${String(value)} CPUs`,
  pids: (value) => `${String(value)} processes`,
  requestSeconds: (value) => `an answer within ${String(value)} s`,
  bodyBytes: (value) => `bodies of ${String(value)} bytes at most`,
};

function said(values: Record<string, unknown>): string {
  return Object.entries(values)
    .map(([key, value]) => WORDS[key]?.(value) ?? '')
    .join(', ');
}
