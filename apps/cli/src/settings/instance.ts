import type { InstanceList, InstanceView } from '#libs/contracts/api/instances.js';
import type { Context } from '../frame/context.js';
import { Failure } from '../frame/failure.js';

/** The whole id of an instance of which the end was typed. */
export async function instanceId(context: Context, typed: string): Promise<string> {
  if (/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(typed)) return typed;
  const found = byEnd(await instances(context, { all: 1 }), typed);
  if (found) return found.id;
  throw noInstance(typed);
}

/** An instance to work in: by the end of its id, or the newest one of a process type that is ready. */
export async function workingInstance(context: Context, typed: string): Promise<InstanceView> {
  const items = await instances(context, {});
  // One that sleeps is woken for it.
  const ready = items.find(
    ({ process, status }) => process === typed && (status === 'ready' || status === 'frozen'),
  );
  const found = ready ?? byEnd(items, typed);
  if (found) return found;
  throw noInstance(typed);
}

async function instances(context: Context, query: { all?: 1 }): Promise<readonly InstanceView[]> {
  return (await context.api.get<InstanceList>(`${await context.appPath()}/instances`, query)).items;
}

/** Four characters at least, and of one instance only. */
function byEnd(items: readonly InstanceView[], typed: string): InstanceView | null {
  const found = items.filter(({ id }) => typed.length >= 4 && id.endsWith(typed));
  return found.length === 1 ? (found[0] ?? null) : null;
}

function noInstance(typed: string): Failure {
  return new Failure(`There is no instance ${typed}.`, {
    todo: '`berth ps --all` lists them.',
    exit: 'missing',
  });
}
