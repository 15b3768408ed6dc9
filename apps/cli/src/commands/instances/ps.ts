import type { InstanceList, InstanceView } from '#libs/contracts/api/instances.js';
import { command } from '../../frame/command.js';
import { stateColour } from '../../ui/states.js';
import { safe } from '../../ui/text.js';
import { ago, memorySize } from '../../ui/units.js';

export const ps = command({
  name: 'ps',
  aliases: ['instances'],
  group: 'Watch',
  summary: 'List an app’s instances (containers) and what they use',
  app: 'argument',
  options: { all: { type: 'boolean', about: 'Stopped ones too' } },
  examples: [
    ['ps', 'what runs'],
    ['ps hello --all', 'and what ran'],
  ],
  async run(context, { options }) {
    const { ui, api } = context;
    const path = `${await context.appPath()}/instances`;
    const { items } = await api.get<InstanceList>(path, options.all ? { all: 1 } : {});
    const now = new Date();
    ui.list(
      items,
      [
        { title: 'INSTANCE', cell: ({ id }) => id.slice(-8) },
        { title: 'PROCESS', cell: ({ process }) => process },
        { title: 'RELEASE', cell: ({ release }) => `v${release}` },
        { title: 'STATUS', cell: ({ status }) => stateColour(status, ui.out) },
        { title: 'SINCE', cell: (one) => ago(one.stoppedAt ?? one.readyAt ?? one.createdAt, now) },
        { title: 'RESTARTS', cell: ({ restarts }) => String(restarts), align: 'right', minor: true },
        { title: 'CPU', cell: cpu, align: 'right' },
        { title: 'MEMORY', cell: memory, align: 'right' },
        { title: 'CONTAINER', cell: ({ containerId }) => containerId?.slice(0, 12) ?? '-', minor: true },
        {
          title: 'ADDRESS',
          cell: ({ address, port }) =>
            address === null ? '-' : port === null ? address : `${address}:${port}`,
          minor: true,
        },
        { title: 'HOST', cell: ({ host }) => host, minor: true },
        { title: 'REASON', cell: ({ reason }) => safe(reason ?? ''), shrinks: true },
      ],
      'Nothing runs. `berth deploy` deploys.',
    );
  },
});

function cpu({ latest }: InstanceView): string {
  return latest ? `${Math.round(latest.cpu * 100)} %` : '-';
}

function memory({ latest, memoryLimitBytes }: InstanceView): string {
  return latest ? `${memorySize(latest.memoryBytes)} of ${memorySize(memoryLimitBytes)}` : '-';
}
