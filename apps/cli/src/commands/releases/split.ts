import type { SplitView } from '#libs/contracts/api/split.js';
import { readShares } from '../../deployment/shares.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';

export const split = command({
  name: 'split',
  group: 'Deploy',
  summary: 'Share the visitors out between the live release and another one',
  about: [
    'Name the shares in percent; of two, one is the live release. Both releases run, and sleep and wake together. The next deployment, rollback or promotion ends it.',
  ],
  arguments: [
    {
      name: 'RELEASE=PERCENT',
      about: 'For example v13=10; nothing shows the shares',
      optional: true,
      many: true,
    },
  ],
  app: 'argument',
  options: {
    sticky: { type: 'boolean', about: 'Keep each visitor with the release of their first answer (a cookie)' },
    end: { type: 'boolean', about: 'All visitors get the live release again' },
  },
  examples: [
    ['split hello', 'who gets what?'],
    ['split hello v12=90 v13=10', 'ten of a hundred get v13'],
    ['split hello --end', 'all get the live release again'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const words = input.all('RELEASE=PERCENT');
    const path = `${await context.appPath()}/split`;
    if (input.options.end) {
      if (words.length > 0 || input.options.sticky) throw usage('--end stands alone.');
      await api.delete(path);
      return ui.result(await api.get<SplitView>(path), () => ui.done('All visitors get the live release.'));
    }
    const present = await api.get<SplitView>(path);
    if (words.length === 0) {
      if (input.options.sticky) throw usage('Name the shares too, for example v13=10.');
      return show(present);
    }
    const live = present.shares.find((share) => share.live)?.release;
    return show(
      await api.put<SplitView>(path, { ...readShares(words, live), sticky: input.options.sticky ?? false }),
    );

    function show(view: SplitView): void {
      ui.result(view, () =>
        ui.facts([
          ...view.shares.map(
            ({ release, percent, live }) => [`v${release}`, `${percent} %${live ? ' (live)' : ''}`] as const,
          ),
          ...(view.sticky ? [['visitors', 'stay with the release of their first answer'] as const] : []),
          ...(view.deployment === null
            ? []
            : [['by', `deployment ${view.deployment}, step by step`] as const]),
        ]),
      );
    }
  },
});
