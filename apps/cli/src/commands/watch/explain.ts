import type { ExplainView } from '#libs/contracts/api/explain.js';
import { drawStack } from '../../explain/stack.js';
import { command } from '../../frame/command.js';

export const explain = command({
  name: 'explain',
  group: 'Watch',
  summary: 'Draw the stack under an app: who owns what, from data to hardware',
  about: [
    'SaaS, PaaS and IaaS with the real things of this app: release, image and layers, containers with their namespaces and limits, network and addresses, engine, kernel, machine.',
  ],
  app: 'argument',
  examples: [
    ['explain hello', 'the whole stack'],
    ['explain hello --json', 'for programs'],
  ],
  async run(context) {
    const { ui, api } = context;
    const view = await api.get<ExplainView>(`${await context.appPath()}/explain`);
    ui.result(view, () => {
      for (const line of drawStack(view, ui.out, ui.room)) ui.print(line);
    });
  },
});
