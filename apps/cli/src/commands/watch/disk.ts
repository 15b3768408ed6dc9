import { setTimeout as delay } from 'node:timers/promises';
import type { AppDisk, CollectionView, TeamDisk } from '#libs/contracts/api/disk.js';
import { showApp, showApps, showItems, showPlatformDisk } from '../../disk/show-disk.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';
import type { Context } from '../../frame/context.js';
import type { ExitName } from '../../frame/exit-codes.js';
import { seg } from '../../http/client.js';
import { oneTeam } from '../../settings/one-team.js';

const EVERY_MS = 500;

export const disk = command({
  name: 'disk',
  group: 'Watch',
  summary: 'What takes disk, what a collection removes, and why',
  about: [
    'Of one app, release by release; without one, of all apps of your team. Layers that several images share are counted once.',
    'Releases beyond the number to keep, or beyond the app’s budget, lose their image; set both with `berth set`.',
  ],
  app: 'argument',
  options: {
    apps: { type: 'boolean', about: 'All apps of your team, also in a folder of one app' },
    all: { type: 'boolean', about: 'The whole platform (administrators)' },
    'dry-run': {
      type: 'boolean',
      about: 'Look anew and say what would be removed; removes nothing (administrators)',
    },
    collect: { type: 'boolean', about: 'Remove now what the next collection would (administrators)' },
  },
  examples: [
    ['disk --apps', 'what the apps of your team take'],
    ['disk hello', 'of one app, release by release'],
    ['disk --dry-run', 'what would go from the whole platform'],
  ],
  async run(context, { options }) {
    const { ui, api } = context;
    if (options.collect && options['dry-run'])
      throw usage('--collect and --dry-run exclude each other.', 'Choose one.');
    if (options.collect || options['dry-run']) return lookAnew(context, !options.collect);
    if (options.all) {
      const view = await api.get<CollectionView>('/v1/platform/disk');
      ui.result(view, () => showPlatformDisk(ui, view));
      return 'ok';
    }
    if (!options.apps && (await context.appOrNull()) !== null) {
      const view = await api.get<AppDisk>(`${await context.appPath()}/disk`);
      ui.result(view, () => showApp(ui, view));
      return 'ok';
    }
    const view = await api.get<TeamDisk>(`/v1/teams/${seg(await oneTeam(context))}/disk`);
    ui.result(view, () => {
      showApps(ui, view.apps);
      showItems(ui, 'A collection would remove', view.remove);
      ui.print();
      for (const note of view.notes) ui.print(note);
    });
    return 'ok';
  },
});

async function lookAnew({ api, ui, signal }: Context, dryRun: boolean): Promise<ExitName> {
  let view = await api.post<CollectionView>('/v1/platform/disk/collections', { dryRun });
  while (view.status === 'wanted' || view.status === 'running') {
    await delay(EVERY_MS, undefined, { signal });
    view = await api.get<CollectionView>(`/v1/platform/disk/collections/${view.id}`);
  }
  const { error, status } = view;
  ui.result(view, () => {
    if (error !== null) ui.print(`The collection failed: ${error}`);
    showPlatformDisk(ui, view);
  });
  return status === 'done' ? 'ok' : 'failed';
}
