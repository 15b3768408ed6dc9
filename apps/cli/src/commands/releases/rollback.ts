import type { AppView } from '#libs/contracts/api/apps.js';
import type { AcceptedDeployment, DeploymentSummary } from '#libs/contracts/api/deployments.js';
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
    'Nothing is built, so it takes about a second. Without a number it goes to the newest release before the live one that visitors saw.',
  ],
  arguments: [
    { name: 'RELEASE', looksLike: /^v?\d+$/, about: 'Release to go to, as v3 or 3', optional: true },
  ],
  app: 'argument',
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

/** The newest release before the live one that visitors saw: a release whose deployment failed is none to go back to. */
async function before(context: Context): Promise<number> {
  const path = await context.appPath();
  const { liveRelease } = await context.api.get<AppView>(path);
  const deployments = await context.api.list<DeploymentSummary>(`${path}/deployments`, {}, 200);
  const earlier = deployments
    .filter(({ status, release }) => status === 'live' && release !== null)
    .map(({ release }) => release?.number ?? 0)
    .filter((number) => number < (liveRelease?.number ?? 0));
  if (earlier.length > 0) return Math.max(...earlier);
  throw new Failure('There is no release to go back to.', {
    todo: '`berth releases` lists them.',
    exit: 'missing',
  });
}
