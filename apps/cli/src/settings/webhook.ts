import type { WebhookList, WebhookView } from '#libs/contracts/api/webhooks.js';
import type { Context } from '../frame/context.js';
import { seg } from '../http/client.js';
import { byId } from './by-id.js';
import { oneTeam } from './one-team.js';

/** Of a team, in place of the app. */
export const wholeTeamOption = {
  'whole-team': { type: 'boolean', about: 'Of the team and all of its apps, not of one app' },
} as const;

/** Where webhooks are: of the app, or of the team. */
export async function webhooksPath(context: Context, wholeTeam: boolean | undefined): Promise<string> {
  const owner = wholeTeam ? `/v1/teams/${seg(await oneTeam(context))}` : await context.appPath();
  return `${owner}/webhooks`;
}

/** A webhook by its id, or by the end of it as `berth webhooks` shows, with its path. */
export async function webhookTyped(
  context: Context,
  typed: string,
  wholeTeam: boolean | undefined,
): Promise<{ webhook: WebhookView; path: string }> {
  const path = await webhooksPath(context, wholeTeam);
  const { items } = await context.api.get<WebhookList>(path);
  const webhook = byId(items, typed, { what: 'webhook', todo: '`berth webhooks` lists them.' });
  return { webhook, path: `${path}/${webhook.id}` };
}
