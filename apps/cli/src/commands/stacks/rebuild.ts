import type { RebuiltApps } from '#libs/contracts/api/stacks.js';
import { command } from '../../frame/command.js';

export const stacksRebuild = command({
  name: 'stacks rebuild',
  group: 'More',
  summary: 'Build every app that stands on an older stack image again',
  about: [
    'For administrators. Each app’s live source is built on the stack images of today and goes live as any release does: a build that fails changes nothing.',
  ],
  examples: [['stacks rebuild', 'after the stack images were renewed']],
  async run({ ui, api }) {
    const answer = await api.post<RebuiltApps>('/v1/platform/stacks/rebuild');
    if (ui.json) return ui.document(answer);
    for (const { team, deployment } of answer.accepted)
      ui.done(`Deployment ${deployment.number} of ${team}/${deployment.app} is under way.`);
    for (const { team, app, reason } of answer.refused) ui.warn(`${team}/${app} stays: ${reason}`);
    if (answer.accepted.length + answer.refused.length === 0)
      ui.say('All apps stand on the stack images of today.');
  },
});
