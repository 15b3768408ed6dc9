import type { QuotaChange, QuotaView } from '#libs/contracts/quota.js';
import { quotaKeys, type QuotaKey } from '#libs/core/quota.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';
import { seg } from '../../http/client.js';
import { oneTeam } from '../../settings/one-team.js';

const optionOf = {
  apps: 'apps',
  domains: 'domains',
  instances: 'instances',
  memoryMb: 'memory',
  cpus: 'cpus',
  builds: 'builds',
  diskMb: 'disk',
} as const satisfies Record<QuotaKey, string>;

const nameOf: Record<QuotaKey, string> = {
  apps: 'Apps',
  domains: 'Domains',
  instances: 'Instances',
  memoryMb: 'Memory (MiB)',
  cpus: 'CPUs',
  builds: 'Builds at a time',
  diskMb: 'Image layers (MiB)',
};

const value = (about: string) => ({ type: 'string', value: 'N', about }) as const;

export const teamQuota = command({
  name: 'team quota',
  group: 'Team and access',
  summary: 'Show what a team may have at most, or set it',
  about: [
    'Without options: each limit and what the team has of it. Administrators set one by its option: a number, “unlimited”, or “default”.',
    'Instances, memory and CPUs count what the team’s apps run once they are all awake. What is over a limit keeps running, but cannot grow.',
  ],
  arguments: [
    { name: 'TEAM', about: 'The team; left out: the one you act in', optional: true, completes: 'team' },
  ],
  options: {
    apps: value('Apps, previews included'),
    domains: value('Domains of all its apps'),
    instances: value('Instances of all its apps together'),
    memory: value('MiB of memory that those may use together'),
    cpus: value('CPUs that those may use together'),
    builds: value('Builds at the same time; more wait'),
    disk: value('MiB of its releases’ image layers, each counted once'),
  },
  examples: [
    ['team quota', 'what your team may have, and has'],
    ['team quota shop --apps 20 --memory 4096', 'set two limits of a team'],
    ['team quota shop --memory unlimited --apps default', 'take them back'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const change: QuotaChange = {};
    for (const key of quotaKeys) {
      const text = input.options[optionOf[key]];
      if (text !== undefined) change[key] = readLimit(`--${optionOf[key]}`, text);
    }
    const team = input.optional('TEAM') ?? (await oneTeam(context));
    const path = `/v1/teams/${seg(team)}/quota`;
    const asks = Object.keys(change).length > 0;
    const quota = asks ? await api.patch<QuotaView>(path, change) : await api.get<QuotaView>(path);
    if (ui.json) return ui.document(quota);
    if (asks) ui.done(`The quota of ${team} is changed.`);
    ui.list(
      quotaKeys,
      [
        { title: 'WHAT', cell: (key) => nameOf[key] },
        { title: 'USED', cell: (key) => shown(quota.used[key]), align: 'right' },
        { title: 'LIMIT', cell: (key) => limitText(quota, key), align: 'right' },
        { title: 'NOTE', cell: (key) => noteOf(quota, key) },
      ],
      '',
    );
  },
});

function readLimit(option: string, text: string): number | 'unlimited' | null {
  if (text === 'default' || text === '') return null;
  if (text === 'unlimited') return 'unlimited';
  if (/^\d{1,9}(?:\.\d{1,3})?$/.test(text)) return Number(text);
  throw usage(`${option} takes a number, "unlimited" or "default", not "${text}".`);
}

function limitText({ limits }: QuotaView, key: QuotaKey): string {
  const limit = limits[key];
  return limit === null ? 'unlimited' : shown(limit);
}

function noteOf({ used, limits, set }: QuotaView, key: QuotaKey): string {
  const limit = limits[key];
  if (limit !== null && used[key] > limit) return 'over';
  if (limit !== null && used[key] === limit) return 'full';
  return set.includes(key) ? '' : 'default';
}

function shown(number: number): string {
  return String(Math.round(number * 100) / 100);
}
