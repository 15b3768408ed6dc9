import { ask } from '#bench/http.js';
import type { Stage } from '#test/pages/visits.js';

export const origin = process.env.BERTH_PAGES_ORIGIN!;

/** What pages of a platform that runs are shown of: the app that was named, else the newest that is live, and one without a release. */
export async function shownStage(token: string, named: { app?: string; team?: string }): Promise<Stage> {
  const items = await list<{ name: string; team: string; liveRelease: unknown }>(token, '/v1/apps?limit=100');
  const chosen = items.find(({ name, liveRelease }) => (named.app ? name === named.app : liveRelease));
  if (!chosen)
    throw new Error(named.app ? `There is no app "${named.app}".` : 'No app is live: deploy one first.');
  return {
    ...{ app: chosen.name, team: named.team ?? chosen.team, emptyTeam: null, invitation: null },
    emptyApp: items.find(({ liveRelease }) => !liveRelease)?.name ?? null,
  };
}

/** An instance of the app that a terminal can be opened in. */
export async function readyInstance(token: string, app: string): Promise<string> {
  const items = await list<{ id: string; status: string }>(token, `/v1/apps/${app}/instances`);
  const found = items.find(({ status }) => ['ready', 'frozen'].includes(status));
  if (found === undefined) throw new Error(`No instance of ${app} runs: visit it first.`);
  return found.id;
}

async function list<T>(token: string, path: string): Promise<T[]> {
  const { host, port } = new URL(origin);
  const headers = { authorization: `Bearer ${token}` };
  const { body } = await ask({ host, port: Number(port), path, headers });
  return (JSON.parse(body) as { items: T[] }).items;
}
