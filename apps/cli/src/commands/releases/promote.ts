import type { Promoted } from '#libs/contracts/api/split.js';
import { follow, followOptions } from '../../deployment/follow.js';
import { readNumber } from '../../deployment/number.js';
import { command } from '../../frame/command.js';

export const promote = command({
  name: 'promote',
  group: 'Deploy',
  summary: 'Give all visitors a release',
  about: [
    'It becomes the live one; nothing is built. A release that has a share of the visitors already runs, so it takes no start. One that is being given to the visitors step by step gets the rest at once.',
  ],
  arguments: [{ name: 'RELEASE', about: 'For example v13' }],
  app: 'argument',
  options: followOptions,
  examples: [['promote hello v13', 'all visitors get v13']],
  async run(context, input) {
    const number = readNumber(input.argument('RELEASE'), 'release');
    const path = `${await context.appPath()}/releases/${number}/promote`;
    const { deployment } = await context.api.post<Promoted>(path);
    if (deployment === null)
      return context.ui.result({ release: number, deployment }, () =>
        context.ui.done(`v${number} is live and has all visitors.`),
      );
    context.ui.say(`Promoting v${number} (deployment ${deployment.number}).`);
    return follow(context, deployment, { ...input.options, quiet: true });
  },
});
