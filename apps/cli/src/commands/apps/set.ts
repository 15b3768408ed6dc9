import type { AppChange, ChangedApp } from '#libs/contracts/api/apps.js';
import { showChange } from '../../deployment/change.js';
import { followOptions } from '../../deployment/follow.js';
import { command } from '../../frame/command.js';
import { parseBytes } from '../../ui/bytes.js';
import { parseSeconds } from '../../ui/seconds.js';
import { usage } from '../../frame/failure.js';

export const appsSet = command({
  name: 'apps set',
  aliases: ['set'],
  group: 'Apps',
  summary: 'Change limits, checks and what is kept of an app',
  about: [
    'Limits and checks are part of a release: a running app gets a new release of the same image, without a lost request. Limits on requests, and what is kept on disk, act at once.',
    'An empty value (--health= or --body-size "") takes the app’s own setting away, as "default" does.',
  ],
  app: 'argument',
  options: {
    memory: { type: 'number', value: 'MIB', about: 'Memory of an instance' },
    cpus: { type: 'number', value: 'N', about: 'CPUs of an instance, for example 0.5' },
    pids: { type: 'number', value: 'N', about: 'Processes and threads of an instance' },
    'request-time': {
      type: 'string',
      value: 'TIME',
      about: 'Until an answer must have begun, for example 30s; 0 for no limit, "default" for berth.toml’s',
    },
    'body-size': {
      type: 'string',
      value: 'SIZE',
      about: 'Largest body of a request, for example 10MB; 0 for no limit, "default" for berth.toml’s',
    },
    health: {
      type: 'string',
      value: 'PATH',
      about: 'Path that must answer before a release goes live; "tcp": a connection is enough',
    },
    'start-timeout': { type: 'number', value: 'SECONDS', about: 'Time until the first answer' },
    grace: { type: 'number', value: 'SECONDS', about: 'Time to stop in, after SIGTERM' },
    'keep-releases': {
      type: 'string',
      value: 'N',
      about: 'Releases that can be gone back to; "default": the platform’s number',
    },
    'disk-budget': {
      type: 'string',
      value: 'MIB',
      about: 'Most that its own images may take; "default": the platform’s',
    },
    ...followOptions,
  },
  examples: [
    ['set --memory 512 --cpus 1', 'more room'],
    ['set --request-time 30s --body-size 10MB', 'limits on requests'],
    ['set --health /healthz --start-timeout 120', 'a slow starter with a health check'],
  ],
  async run(context, { options }) {
    const limits = {
      ...{ memoryMb: options.memory, cpus: options.cpus, pids: options.pids },
      requestSeconds: limitOf(options['request-time'], parseSeconds),
      bodyBytes: limitOf(options['body-size'], parseBytes),
    };
    const change: AppChange = {
      ...(Object.values(limits).some((value) => value !== undefined) && { limits }),
      ...(options.health !== undefined && {
        healthPath: isCleared(options.health, 'tcp') ? null : options.health,
      }),
      ...(options['start-timeout'] !== undefined && { startTimeoutSeconds: options['start-timeout'] }),
      ...(options.grace !== undefined && { graceSeconds: options.grace }),
    };
    if (options['keep-releases'] !== undefined)
      change.keepReleases = wholeNumber('--keep-releases', options['keep-releases']);
    if (options['disk-budget'] !== undefined)
      change.diskMb = wholeNumber('--disk-budget', options['disk-budget']);
    if (Object.keys(change).length === 0)
      throw usage('Nothing to change was named.', '`berth set --help` lists what can be.');
    const changed = await context.api.patch<ChangedApp>(await context.appPath(), change);
    return showChange(context, changed, 'Changed', options);
  },
});

/** An empty value takes the app's own setting away, as its word does. */
function isCleared(text: string, word = 'default'): boolean {
  return text === '' || text === word;
}

function wholeNumber(option: string, text: string): number | null {
  if (isCleared(text)) return null;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usage(`${option} takes a whole number or "default", not "${text}".`);
}

/** undefined: not named; null: back to what berth.toml says; 0: none. */
function limitOf(text: string | undefined, parse: (text: string) => number): number | null | undefined {
  if (text === undefined) return undefined;
  if (isCleared(text)) return null;
  return text === '0' ? 0 : parse(text);
}
