import type { AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import type { ReleaseView } from '#libs/contracts/api/releases.js';
import { follow, followOptions } from '../../deployment/follow.js';
import { readNumber } from '../../deployment/number.js';
import { command } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { Failure } from '../../frame/failure.js';

export const rollback = command({
  name: 'rollback',
  aliases: ['releases rollback'],
  group: 'Deploy',
  summary: 'Go back to an earlier release: its image and its config',
  about: [
    'Nothing is built, so it takes about a second. Without a number it goes to the release before the live one.',
  ],
  arguments: [{ name: 'RELEASE', about: 'Release to go to, as v3 or 3', optional: true }],
  app: 'option',
  options: followOptions,
  examples: [
    ['rollback', 'to the release before'],
    ['rollback v3 --app hello', 'to a certain one'],
  ],
  async run(context, input) {
    const written = input.optional('RELEASE');
    const number = written === undefined ? await before(context) : readNumber(written, 'release');
    const path = `${await context.appPath()}/releases/${number}/rollback`;
    const { deployment } = await context.api.post<AcceptedDeployment>(path);
    context.ui.say(`Going back to v${number} (deployment ${deployment.number}).`);
    return follow(context, deployment, { ...input.options, quiet: true });
  },
});

/** The release before the live one. */
async function before(context: Context): Promise<number> {
  const releases = await context.api.list<ReleaseView>(`${await context.appPath()}/releases`, {}, 100);
  const live = releases.find((one) => one.live);
  const earlier = releases.find(({ number }) => live !== undefined && number < live.number);
  if (earlier) return earlier.number;
  throw new Failure('There is no release to go back to.', {
    todo: '`berth releases` lists them.',
    exit: 'missing',
  });
}
