import { z } from 'zod';
import type { CronEntry } from '#libs/contracts/job.js';
import { isTimezone, scheduleProblem } from '#libs/core/cron.js';
import { secondsOf } from '#libs/core/duration.js';
import { defaultJobTimeoutSeconds, mostJobRetries, mostJobTimeoutSeconds } from '#libs/core/job.js';
import { bytesOf, sizeForm } from '#libs/core/size.js';
import { isConfigKey, isReservedConfigKey } from '#libs/core/names.js';
import { isVolumeName, volumePathProblem } from '#libs/core/volumes.js';
import { userCommand } from './command.js';
import type { Settings } from './settings.js';

/** Tools whose version an app may ask for. */
const TOOLS = [
  ...['node', 'npm', 'pnpm', 'yarn', 'bun', 'deno', 'python', 'go', 'java', 'rust', 'php', 'ruby'],
] as const;

/** A text that is not empty, on one line. */
const text = (example: string) => {
  const expected = `is not a text. Write it in quotes, as in ${example}`;
  return (
    z
      .string({ error: expected })
      .trim()
      .min(1, `is empty. Write a value, as in ${example}, or remove the line`)
      .max(4000, 'is longer than 4000 characters. Move it into a script of the app')
      // eslint-disable-next-line no-control-regex
      .regex(/^[^\u0000-\u0008\u000a-\u001f\u007f]*$/, 'has a line break or control character. Remove it')
      .optional()
  );
};

/** A folder or file of the source. */
const path = (example: string) =>
  text(example)
    .transform((value) => value?.replace(/^\.\//, '').replace(/\/+$/, ''))
    .refine(
      (value) =>
        value === undefined ||
        value === '.' ||
        value.split('/').every((part) => !['', '.', '..'].includes(part)),
      `is not a path inside the source. Write one without ".." and without a slash in front, as in ${example}`,
    );

const number = (least: number, most: number, example: string) =>
  z
    .int({ error: `is not a whole number. Write it without quotes, as in ${example}` })
    .min(least, `is below ${least}. Write a number from ${least} to ${most}`)
    .max(most, `is above ${most}. Write a number from ${least} to ${most}`)
    .optional();

const yesOrNo = (example: string) =>
  z.boolean({ error: `is neither true nor false. Write it without quotes, as in ${example}` }).optional();

/** A path of the app's own, called by POST. */
const hookPath = (example: string) =>
  text(example).refine(
    (value) => value === undefined || /^\/[^\s#]{0,499}$/.test(value),
    `is not a path of a URL. Write one that begins with a slash, as in ${example}`,
  );

/** A short list of texts. */
const texts = (example: string, form: RegExp, problem: string) =>
  z
    .array(
      z
        .string({ error: `is not a list of texts. Write it as in ${example}` })
        .regex(form, `${problem}, as in ${example}`),
      {
        error: `is not a list of texts. Write it as in ${example}`,
      },
    )
    .max(20, 'has more than 20 entries. Remove some')
    .optional();

/** "30s", "10m", "1h30m" to seconds. */
const duration = (least: number, most: number, example: string) =>
  z
    .string({ error: `is not a duration. Write it in quotes with its unit, as in ${example}` })
    .regex(
      /^(?:\d{1,9}[smhd])+$/,
      `is not a duration. Write a number with its unit (s, m, h or d), as in ${example}`,
    )
    .transform(secondsOf)
    .refine(
      (seconds) => seconds >= least && seconds <= most,
      `is out of range. Write a duration of ${least} to ${most} seconds, as in ${example}`,
    )
    .optional();

const mb = 1024 * 1024;

/** "512MB" to bytes. */
const size = (least: number, most: number, example: string) =>
  z
    .string({ error: `is not a size. Write it in quotes with its unit, as in ${example}` })
    .regex(sizeForm, `is not a size. Write a number with its unit (KB, MB or GB), as in ${example}`)
    .transform(bytesOf)
    .refine(
      (bytes) => bytes >= least && bytes <= most,
      `is out of range. Write a size of ${least / 1024} KB to ${Math.floor(most / 1024)} KB, as in ${example}`,
    )
    .optional();

/** Environment variables by name. */
const variables = (where: string) =>
  z
    .record(
      z.string(),
      z
        .string({ error: `is not a text. Write it in quotes, as in NAME = "8"` })
        .max(32_768, 'is longer than 32768 characters. Keep it in a file of the app')
        // eslint-disable-next-line no-control-regex
        .regex(/^[^\u0000]*$/, 'has a NUL character. Remove it'),
      { error: `is not a table. Write [${where}] on a line of its own and NAME = "value" below it` },
    )
    .superRefine((values, context) => {
      for (const key of Object.keys(values)) {
        const message = isReservedConfigKey(key)
          ? 'is set by Berth itself. Remove the line; the port is chosen with [start] port'
          : where === 'build.args' && /^BUILDKIT_/i.test(key)
            ? 'is a setting of BuildKit, which could run a foreign program as the builder. Remove the line'
            : isConfigKey(key)
              ? null
              : 'is not a name for a variable. Use letters, digits and underscores, and no digit in front';
        if (message !== null) context.addIssue({ code: 'custom', path: [key], message });
      }
    })
    .default({});

const table = <T extends z.ZodRawShape>(name: string, shape: T) =>
  z
    .strictObject(shape, {
      // Undefined leaves Zod's own message, which names the unknown keys.
      error: (issue) =>
        issue.code === 'invalid_type'
          ? `is not a table. Write [${name}] on a line of its own and its values below it`
          : undefined,
    })
    .prefault({} as never);

const versions = table(
  'build.versions',
  Object.fromEntries(TOOLS.map((tool) => [tool, text(`${tool} = "22"`)])) as Record<
    (typeof TOOLS)[number],
    ReturnType<typeof text>
  >,
);

/** One entry of the schedule. */
const cron = z
  .strictObject(
    {
      schedule: text('schedule = "*/5 * * * *"').unwrap(),
      command: text('command = "node clean-up.js"'),
      path: text('path = "/clean-up"').refine(
        (value) => value === undefined || /^\/[^\s#]{0,499}$/.test(value),
        'is not a path of the app. Write one that begins with a slash, as in path = "/clean-up"',
      ),
      method: z.enum(['GET', 'POST'], { error: 'is neither "GET" nor "POST". Write one of them' }).optional(),
      name: text('name = "clean-up"').refine(
        (value) => value === undefined || value.length <= 100,
        'is longer than 100 characters. Write a shorter one',
      ),
      timezone: text('timezone = "Europe/Berlin"').refine(
        (value) => value === undefined || isTimezone(value),
        'is not a time zone. Write one as in timezone = "Europe/Berlin"',
      ),
      overlap: yesOrNo('overlap = true'),
      missed: z.enum(['run', 'skip'], { error: 'is neither "run" nor "skip". Write one of them' }).optional(),
      timeout: duration(1, mostJobTimeoutSeconds, 'timeout = "10m"'),
      retries: number(0, mostJobRetries, 'retries = 2'),
    },
    {
      error: (issue) =>
        issue.code === 'invalid_type'
          ? 'is not a table. Write [[cron]] on a line of its own and its values below it'
          : undefined,
    },
  )
  .superRefine(({ schedule, timezone }, context) => {
    const message = scheduleProblem(schedule, timezone ?? 'UTC');
    if (message !== null) context.addIssue({ code: 'custom', path: ['schedule'], message });
  });

/** Paths by name. */
const volumes = z
  .record(
    z
      .string()
      .refine(
        isVolumeName,
        'is not a name for a volume. Use small letters, digits and hyphens, at most 30, as in data = "/app/data"',
      ),
    z
      .string({ error: 'is not a path. Write it in quotes, as in data = "/app/data"' })
      .superRefine((path, context) => {
        const message = volumePathProblem(path);
        if (message !== null) context.addIssue({ code: 'custom', message });
      }),
    {
      error:
        'is not a table. Write [volumes] on a line of its own and lines like data = "/app/data" below it',
    },
  )
  .default({});

/** The file as its author writes it. docs/berth-toml.md tells the same to people. */
export const berthToml = z.strictObject({
  build: table('build', {
    root: path('root = "apps/web"'),
    language: text('language = "node"'),
    install: text('install = "npm ci"'),
    command: text('command = "npm run build"'),
    publish: path('publish = "dist"'),
    dockerfile: path('dockerfile = "deploy/Dockerfile"'),
    target: text('target = "production"'),
    versions,
    env: variables('build.env'),
    args: variables('build.args'),
  }),
  static: table('static', { single_page: yesOrNo('single_page = true') }),
  start: table('start', {
    command: text('command = "node server.js"'),
    port: number(1, 65_535, 'port = 3000'),
    protocol: z
      .enum(['http', 'h2c'], {
        error: 'is neither "http" nor "h2c". Write one of them, as in protocol = "h2c"',
      })
      .optional(),
  }),
  processes: z
    .record(
      z
        .string()
        .regex(
          /^[a-z][a-z0-9-]{0,30}$/,
          'is not a name for a process type. Use small letters, digits and hyphens, as in worker = "node worker.js"',
        ),
      text('worker = "node worker.js"').unwrap(),
      {
        error:
          'is not a table. Write [processes] on a line of its own and lines like worker = "node worker.js" below it',
      },
    )
    .default({}),
  health: table('health', {
    path: text('path = "/healthz"').refine(
      (value) => value === undefined || /^\/[^\s#]{0,499}$/.test(value),
      'is not a path of a URL. Write one that begins with a slash, as in path = "/healthz"',
    ),
    start_timeout: duration(5, 900, 'start_timeout = "60s"'),
  }),
  env: variables('env'),
  sleep: table('sleep', {
    enabled: yesOrNo('enabled = true'),
    freeze_after: duration(1, 604_800, 'freeze_after = "30s"'),
    stop_after: duration(1, 2_592_000, 'stop_after = "10m"'),
    waiting_page: yesOrNo('waiting_page = true'),
    answer_paths: texts(
      'answer_paths = ["/healthz"]',
      /^\/[^\s?#]{0,499}$/,
      'is not a path. Begin it with a slash',
    ),
    before_freeze: hookPath('before_freeze = "/before-freeze"'),
    after_wake: hookPath('after_wake = "/after-wake"'),
    answer_agents: texts(
      'answer_agents = ["UptimeRobot"]',
      /^.{3,100}$/,
      'is not a word of 3 to 100 characters. Write part of a User-Agent',
    ),
  }),
  limits: table('limits', {
    memory: size(64 * mb, 32_768 * mb, 'memory = "512MB"'),
    cpus: z
      .number({ error: 'is not a number. Write it without quotes, as in cpus = 0.5' })
      .min(0.1, 'is below 0.1. Write a number from 0.1 to 32')
      .max(32, 'is above 32. Write a number from 0.1 to 32')
      .optional(),
    pids: number(32, 4096, 'pids = 256'),
    request_time: duration(1, 3_600, 'request_time = "30s"'),
    body_size: size(1024, 2_147_483_647, 'body_size = "10MB"'),
  }),
  scale: table('scale', {
    min: number(0, 20, 'min = 0'),
    max: number(1, 20, 'max = 3'),
    concurrency: number(1, 10_000, 'concurrency = 50'),
    requests_per_second: number(1, 100_000, 'requests_per_second = 100'),
    cpu_percent: number(1, 100, 'cpu_percent = 70'),
  }),
  volumes,
  cron: z
    .array(cron, { error: 'is not a list of tables. Write [[cron]] on a line of its own, with two brackets' })
    .max(50, 'has more than 50 entries. Remove some')
    .default([]),
});

export type BerthToml = z.infer<typeof berthToml>;

/** The file in Berth's own words. */
export function settingsOf({
  build,
  start,
  health,
  sleep,
  scale,
  limits,
  cron,
  ...file
}: BerthToml): Settings {
  return {
    build: {
      root: build.root === undefined || build.root === '.' ? '' : build.root,
      language: build.language ?? null,
      install: build.install ?? null,
      command: build.command ?? null,
      publish: build.publish ?? null,
      versions: given(build.versions),
      env: build.env,
      dockerfile: build.dockerfile ?? null,
      target: build.target ?? null,
      args: build.args,
    },
    singlePage: file.static.single_page ?? false,
    processes: new Map(
      Object.entries({ ...(start.command !== undefined && { web: start.command }), ...file.processes }),
    ),
    port: start.port ?? null,
    healthPath: health.path ?? null,
    manifest: {
      env: file.env,
      ...given({ startTimeoutSeconds: health.start_timeout }),
      sleep: given({
        enabled: sleep.enabled,
        freezeAfterSeconds: sleep.freeze_after,
        stopAfterSeconds: sleep.stop_after,
        waitingPage: sleep.waiting_page,
        answerPaths: sleep.answer_paths,
        answerAgents: sleep.answer_agents,
        beforeFreeze: sleep.before_freeze,
        afterWake: sleep.after_wake,
      }),
      scale: given({
        min: scale.min,
        max: scale.max,
        concurrency: scale.concurrency,
        requestsPerSecond: scale.requests_per_second,
        cpuPercent: scale.cpu_percent,
      }),
      ...(cron.length > 0 && { cron: cron.map(cronEntryOf) }),
      ...(Object.keys(limits).length > 0 && { limits: limitsIn(limits) }),
      ...(start.protocol === 'h2c' && { protocol: 'h2c' as const }),
      ...(Object.keys(file.volumes).length > 0 && { volumes: file.volumes }),
    },
  };
}

function cronEntryOf(entry: BerthToml['cron'][number]): CronEntry {
  const { schedule, timezone = 'UTC', overlap = false, missed = 'run' } = entry;
  return {
    name: cronName(entry),
    ...{ schedule, timezone, overlap, missed },
    task:
      entry.path === undefined
        ? { command: userCommand(entry.command ?? '').args }
        : { path: entry.path, method: entry.method ?? 'POST' },
    timeoutSeconds: entry.timeout ?? defaultJobTimeoutSeconds,
    retries: entry.retries ?? 0,
  };
}

/** What its author called it, or what it does. */
export function cronName({ name, command, path }: BerthToml['cron'][number]): string {
  return (name ?? command ?? path ?? '').slice(0, 100);
}

function limitsIn(limits: BerthToml['limits']): NonNullable<Settings['manifest']['limits']> {
  return given({
    memoryMb: limits.memory === undefined ? undefined : Math.ceil(limits.memory / mb),
    cpus: limits.cpus,
    pids: limits.pids,
    requestSeconds: limits.request_time,
    bodyBytes: limits.body_size,
  });
}

/** Only what was said. */
function given<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
