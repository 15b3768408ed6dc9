import type { InstanceList, InstanceView } from '#libs/contracts/api/instances.js';
import type { Context } from '../frame/context.js';
import { byId } from './by-id.js';

const missing = { what: 'instance', todo: '`berth ps --all` lists them.' };

/** The whole id of an instance of which the end was typed. */
export async function instanceId(context: Context, typed: string): Promise<string> {
  if (/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(typed)) return typed;
  return byId(await instances(context, { all: 1 }), typed, missing).id;
}

/** An instance to work in: by the end of its id, or the newest one of a process type that is ready. */
export async function workingInstance(context: Context, typed: string): Promise<InstanceView> {
  const items = await instances(context, {});
  // One that sleeps is woken for it.
  const ready = items.find(
    ({ process, status }) => process === typed && (status === 'ready' || status === 'frozen'),
  );
  return ready ?? byId(items, typed, missing);
}

async function instances(context: Context, query: { all?: 1 }): Promise<readonly InstanceView[]> {
  return (await context.api.get<InstanceList>(`${await context.appPath()}/instances`, query)).items;
}
