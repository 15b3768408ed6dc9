import type { EventView } from '#libs/contracts/api/events.js';
import { eventNouns } from '#libs/core/event-kinds.js';
import { command } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { safe } from '../../ui/text.js';
import { ago, clock } from '../../ui/units.js';

export const events = command({
  name: 'events',
  group: 'Watch',
  summary: 'Show what happened: who did what, when',
  app: 'argument',
  options: {
    follow: { type: 'boolean', short: 'f', about: 'Show events as they happen' },
    limit: { type: 'number', short: 'n', value: 'N', about: 'At most so many (30)' },
    about: {
      type: 'string',
      value: 'WHAT',
      about: 'Only about this, such as member, token or deployment',
      completes: eventNouns,
    },
    all: { type: 'boolean', about: 'Of all apps, also in a folder that belongs to one' },
  },
  examples: [
    ['events', 'of this folder’s app, or of all your teams'],
    ['events -f --team shop', 'live, of one team'],
    ['events --all --about member', 'who came and went'],
  ],
  async run(context, { options }) {
    const { ui, api, team } = context;
    const app = options.all ? undefined : ((await context.appOrNull()) ?? undefined);
    const query = { app, team, about: options.about };
    if (options.follow) {
      for await (const { event, data } of api.stream('/v1/events/stream', query))
        if (event === 'event') {
          const one = data as EventView;
          if (ui.json) ui.message(one);
          else ui.print(`${ui.out.dim(clock(one.at))} ${eventText(context, one)}`);
        }
      return;
    }
    const list = await api.list<EventView>('/v1/events', query, options.limit ?? 30);
    const now = new Date();
    ui.list(
      list,
      [
        { title: 'WHEN', cell: ({ at }) => ago(at, now) },
        { title: 'WHAT', cell: ({ kind }) => kind },
        { title: 'TEAM', cell: (one) => one.team ?? '-' },
        { title: 'APP', cell: (one) => one.app ?? '-' },
        { title: 'WHO', cell: ({ actor }) => safe(actor), shrinks: true },
        { title: 'MORE', cell: (one) => safe(dataText(one)), shrinks: true },
      ],
      'Nothing happened yet.',
    );
  },
});

function eventText({ ui }: Context, one: EventView): string {
  const where = [one.team, one.app].filter(Boolean).join('/');
  return `${ui.out.cyan(one.kind)} ${where} ${ui.out.dim(`by ${safe(one.actor)}`)} ${safe(dataText(one))}`;
}

function dataText({ data }: EventView): string {
  return (
    Object.entries(data)
      // Ids are for programs (--json has them), and what is absent says nothing.
      .filter(([name, value]) => value !== null && !name.endsWith('Id'))
      .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
      .join(' ')
  );
}
