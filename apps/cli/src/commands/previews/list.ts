import type { AppView, ChangedApp } from '#libs/contracts/api/apps.js';
import type { PreviewList } from '#libs/contracts/api/previews.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';
import { safe } from '../../ui/text.js';

export const previewsList = command({
  name: 'previews',
  group: 'Deploy',
  summary: 'List the previews of an app’s branches, or choose whether there are any',
  about: [
    'Where previews are on, a push of another branch than the deployed one makes an app of its own, with the config that was set for previews. It sleeps, and goes with its branch or some days after the last push.',
  ],
  app: 'argument',
  options: {
    on: { type: 'boolean', about: 'Pushed branches get previews' },
    off: { type: 'boolean', about: 'They are only stored; previews that are there stay' },
    days: { type: 'number', value: 'N', about: 'A preview goes so many days after the last push (7)' },
    'with-config': { type: 'boolean', about: 'New previews get the app’s own config too, secrets included' },
    'without-config': { type: 'boolean', about: 'They get only what was set for previews' },
  },
  examples: [
    ['previews hello', 'which are there?'],
    ['previews hello --on --days 3', 'pushed branches get one for three days'],
  ],
  async run(context, { options }) {
    const { ui, api } = context;
    const path = await context.appPath();
    if (options.on && options.off) throw usage('--on and --off exclude each other.');
    if (options['with-config'] && options['without-config'])
      throw usage('--with-config and --without-config exclude each other.');
    const change = {
      ...((options.on || options.off) && { enabled: options.on === true }),
      ...(options.days !== undefined && { days: options.days }),
      ...((options['with-config'] || options['without-config']) && {
        withConfig: options['with-config'] === true,
      }),
    };
    if (Object.keys(change).length > 0) {
      const { app } = await api.patch<ChangedApp>(path, { previews: change });
      return ui.result(app.previews, () => ui.done(`${app.name}: ${settingsText(app)}.`));
    }
    const { items } = await api.get<PreviewList>(`${path}/previews`);
    ui.list(
      items,
      [
        { title: 'BRANCH', cell: ({ preview }) => safe(preview?.branch ?? ''), shrinks: true },
        { title: 'APP', cell: ({ name }) => name },
        { title: 'STATE', cell: ({ state }) => state },
        { title: 'UNTIL', cell: ({ preview }) => preview?.expiresAt.slice(0, 10) ?? '' },
        { title: 'URL', cell: ({ url }) => url },
      ],
      'No previews. `berth previews --on`, then push a branch.',
    );
  },
});

function settingsText({ previews }: AppView): string {
  if (!previews.enabled) return 'branches are stored, not previewed';
  return `pushed branches get a preview for ${previews.days} days, ${previews.withConfig ? 'with' : 'without'} the app’s own config`;
}
