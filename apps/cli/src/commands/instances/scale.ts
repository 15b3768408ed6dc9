import type { AppView, ChangedApp } from '#libs/contracts/api/apps.js';
import type { ReleaseView } from '#libs/contracts/api/releases.js';
import type { AutoscaleChange } from '#libs/contracts/autoscale.js';
import { showChange } from '../../deployment/change.js';
import { followOptions } from '../../deployment/follow.js';
import { command } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { usage } from '../../frame/failure.js';
import { seg } from '../../http/client.js';
import { autoscaleText } from '../../ui/autoscale.js';

export const scale = command({
  name: 'scale',
  aliases: ['ps scale'],
  group: 'Apps',
  summary: 'Choose how many instances run, or let load decide',
  about: [
    'web=COUNT is a fixed number. With --max above --min the load decides how many web instances there are; settings that you do not name stay, 0 unsets one.',
    'With --concurrency an instance is given no more requests at a time; when all are full the next ones wait.',
  ],
  arguments: [
    {
      name: 'PROCESS=COUNT',
      looksLike: /=|^\d+$/,
      about: 'For example web=2; a bare number means web; nothing shows the scale',
      optional: true,
      many: true,
    },
  ],
  app: 'argument',
  options: {
    min: { type: 'number', value: 'N', about: 'Fewest web instances; 1 or more: the app never sleeps' },
    max: { type: 'number', value: 'N', about: 'Most web instances' },
    concurrency: { type: 'number', value: 'N', about: 'Requests at a time for one web instance, at most' },
    rps: { type: 'number', value: 'N', about: 'Requests per second that one web instance should take' },
    cpu: { type: 'number', value: 'PERCENT', about: 'Share of its CPU that one web instance should use' },
    default: { type: 'boolean', about: 'What berth.toml says' },
    ...followOptions,
  },
  examples: [
    ['scale', 'how is it now?'],
    ['scale web=3', 'three web instances'],
    ['scale hello web=2 worker=1', 'of another app than this folder’s'],
    ['scale --min 1 --max 5 --concurrency 50', 'one to five, as the load asks for'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const words = input.all('PROCESS=COUNT');
    const path = await context.appPath();
    const change = readChange(input.options);
    if (change !== undefined) {
      if (words.length > 0) throw usage('Name either a number of instances or settings such as --max.');
      const { app } = await api.patch<ChangedApp>(path, { autoscale: change });
      return ui.result(app, () => ui.done(`${app.name}: web ${autoscaleText(app)}.`));
    }
    if (words.length === 0) {
      const app = await api.get<AppView>(path);
      const others = Object.entries(app.scale).filter(([name]) => name !== 'web');
      return ui.result(app.scale, () =>
        ui.facts([
          ['web', autoscaleText(app)],
          ...others.map(([name, count]) => [name, String(count)] as const),
        ]),
      );
    }
    const wanted = Object.fromEntries(words.map(readScale));
    const changed = await api.patch<ChangedApp>(path, { scale: wanted });
    const some = Object.keys(wanted).filter((name) => wanted[name] !== 0);
    await warnOfStrangers(context, changed.app, some);
    return showChange(context, changed, `Scaled to ${words.join(' ')}`, input.options);
  },
});

/** What no process type is called yet may be a typing error. */
async function warnOfStrangers({ ui, api }: Context, app: AppView, names: readonly string[]): Promise<void> {
  if (app.liveRelease === null) return;
  const path = `/v1/apps/${seg(app.name)}/releases/${app.liveRelease.number}`;
  const known = Object.keys((await api.get<ReleaseView>(path)).processes);
  for (const name of names.filter((one) => !known.includes(one)))
    ui.warn(
      `The live release has no process type ${name}, only ${known.join(', ')}: it counts once one has.`,
    );
}

/** Settings that were named; null: all back to berth.toml's. Who names some wants load to decide. */
function readChange(options: {
  min?: number;
  max?: number;
  concurrency?: number;
  rps?: number;
  cpu?: number;
  default?: boolean;
}): AutoscaleChange | null | undefined {
  const { min, max, concurrency, rps, cpu } = options;
  const named: AutoscaleChange = {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max: max || null }),
    ...(concurrency !== undefined && { concurrency: concurrency || null }),
    ...(rps !== undefined && { requestsPerSecond: rps || null }),
    ...(cpu !== undefined && { cpuPercent: cpu || null }),
  };
  const some = Object.keys(named).length > 0;
  if (some && options.default) throw usage('--default excludes the other settings.');
  if (options.default) return null;
  if (!some) return undefined;
  return max === undefined ? named : { enabled: null, ...named };
}

function readScale(word: string): [string, number] {
  const [, name = 'web', count] = /^(?:([a-z][a-z0-9-]*)=)?(\d{1,4})$/.exec(word) ?? [];
  if (count === undefined) throw usage(`"${word}" is not PROCESS=COUNT, for example web=2.`);
  return [name, Number(count)];
}
