import type { DeploymentSummary } from '#libs/contracts/api/deployments.js';
import { command } from '../../frame/command.js';
import { stateColour } from '../../ui/states.js';
import { safe } from '../../ui/text.js';
import { ago, duration } from '../../ui/units.js';

export const deploymentsList = command({
  name: 'deployments',
  aliases: ['deployments list'],
  group: 'Deploy',
  summary: 'List deployments, newest first',
  app: 'argument',
  options: { limit: { type: 'number', short: 'n', value: 'N', about: 'At most so many (20)' } },
  examples: [
    ['deployments', 'of this folder’s app'],
    ['deployments hello -n 100', 'many of another'],
  ],
  async run(context, { options }) {
    const { ui, api } = context;
    const list = await api.list<DeploymentSummary>(
      `${await context.appPath()}/deployments`,
      {},
      options.limit ?? 20,
    );
    const now = new Date();
    ui.list(
      list,
      [
        { title: '#', cell: ({ number }) => String(number), align: 'right' },
        { title: 'STATUS', cell: ({ status }) => stateColour(status, ui.out) },
        { title: 'BY', cell: ({ trigger }) => trigger },
        { title: 'RELEASE', cell: ({ release }) => (release ? `v${release.number}` : '-') },
        { title: 'TOOK', cell: ({ ms }) => (ms === null ? '' : duration(ms)), align: 'right' },
        { title: 'WHEN', cell: ({ createdAt }) => ago(createdAt, now) },
        { title: 'WHO', cell: ({ createdBy }) => createdBy ?? 'Berth', shrinks: true },
        { title: 'WHAT', cell: (one) => safe(describe(one)), shrinks: true },
      ],
      'No deployments yet. `berth deploy` makes one.',
    );
  },
});

/** What a deployment is about, in a few words. */
function describe({ source, release, error }: DeploymentSummary): string {
  if (error) return error.message.split('\n', 1)[0] as string;
  const message = source?.message?.split('\n', 1)[0];
  return message || source?.image || source?.commit?.slice(0, 7) || release?.description || '';
}
