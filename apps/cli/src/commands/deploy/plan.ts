import { resolve } from 'node:path';
import type { PlanView } from '#libs/contracts/api/plan.js';
import { drawPlan } from '../../explain/plan.js';
import { command } from '../../frame/command.js';
import { seg } from '../../http/client.js';

export const plan = command({
  name: 'plan',
  group: 'Deploy',
  summary: 'Explain how a folder would be built, before anything is',
  about: [
    'What was found in which file, versions and where they come from, the commands that install, build and start, layers and caches, and what to write to change each. The files are sent as `berth deploy` sends them, and not kept.',
    'With --app and no SOURCE, the app’s newest source is explained as it would be built now.',
  ],
  arguments: [
    {
      name: 'SOURCE',
      about:
        'Folder, or .tar.gz, .tar or .zip archive, or - for an archive on standard input; this folder if left out',
      optional: true,
      completes: 'file',
    },
  ],
  options: {
    app: {
      type: 'string',
      short: 'a',
      value: 'APP',
      about: 'Explain the newest source of this app',
      completes: 'app',
    },
    dockerfile: { type: 'boolean', about: 'Show the Dockerfile too' },
  },
  examples: [
    ['plan', 'this folder'],
    ['plan ./site --dockerfile', 'another folder, with the Dockerfile that would be built'],
    ['plan --app hello', 'what was pushed to this app last'],
    ['plan --json', 'for programs'],
  ],
  async run(context, input) {
    const { ui, api, cwd } = context;
    const { send, wrapUp } = await import('../../source/parcel.js');
    const source = input.optional('SOURCE');
    const { app, dockerfile = false } = input.options;
    const folder = resolve(cwd, source === undefined || source === '-' ? '.' : source);
    const view =
      app !== undefined && source === undefined
        ? await api.get<PlanView>(`/v1/apps/${seg(app)}/plan`)
        : await send<PlanView>(context, '/v1/plan', await wrapUp(context, source, folder), {
            app: app ?? (await context.appOrNull(folder)) ?? undefined,
          });
    ui.result(view, () => {
      for (const line of drawPlan(view, ui.out, ui.room, dockerfile)) ui.print(line);
    });
  },
});
