import type { ConnectionView } from '#libs/contracts/api/connections.js';
import { command } from '../../frame/command.js';

export const connectionDeploy = command({
  name: 'connection deploy',
  group: 'Deploy',
  summary: 'Fetch the branch now and deploy it, also when nothing changed',
  app: 'argument',
  examples: [['connection deploy hello', 'after a push that nobody told of']],
  async run(context) {
    const { ui, api } = context;
    const found = await api.post<ConnectionView>(`${await context.appPath()}/connection/deploy`);
    ui.result(found, () => ui.done(`${found.branch} of ${found.url} is fetched.`));
  },
});
