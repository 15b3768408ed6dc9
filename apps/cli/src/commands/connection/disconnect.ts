import { command } from '../../frame/command.js';

export const disconnect = command({
  name: 'disconnect',
  group: 'Deploy',
  summary: 'Deploy an app from its git server no more',
  about: ['What is live stays. The webhook at the git server is yours to remove.'],
  app: 'argument',
  examples: [['disconnect hello', 'pushes there do nothing any more']],
  async run(context) {
    const { ui, api } = context;
    await api.delete(`${await context.appPath()}/connection`);
    ui.result({ disconnected: true }, () => ui.done('It is connected to no git server.'));
  },
});
