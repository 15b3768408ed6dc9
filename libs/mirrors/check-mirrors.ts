import { randomUUID } from 'node:crypto';
import { writeFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { MirrorKind } from '#libs/core/mirrors.js';
import type { Db } from '#libs/store/db.js';
import { mirrorRows, noteProbe } from '#libs/store/mirrors.js';
import { readHostRegistries } from './host-registries.js';
import { probeMirror } from './probe.js';
import { rankAll, type Ranked } from './ranking.js';

/** Probes at a time: nobody waits for them, and no registry is to be stormed. */
const AT_A_TIME = 4;

export interface CheckOptions {
  /** Of these kinds; all when left out. */
  kinds?: readonly MirrorKind[];
  /** Only kinds with a choice: where there is one place, knowing that it is down helps no build. */
  onlyChoices?: boolean;
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** All kinds with their candidates, best first, as measured so far. */
export async function rankedMirrors(db: Db, home: string): Promise<Ranked[]> {
  const [rows, host] = await Promise.all([mirrorRows(db), readHostRegistries(home)]);
  return rankAll(rows, host);
}

/**
 * Asks the candidates for something small, keeps what that showed, and writes the new order for `infra`, which makes stacks
 * without the database. Gives the lists as they are then.
 */
export async function checkMirrors(db: Db, home: string, options: CheckOptions = {}): Promise<Ranked[]> {
  const lists = (await rankedMirrors(db, home)).filter(
    ({ kind, places }) =>
      (options.kinds?.includes(kind) ?? true) && !(options.onlyChoices === true && places.length < 2),
  );
  const waiting = lists.flatMap(({ kind, places }) =>
    places.flatMap(({ name, url }) => (url === null ? [] : [{ kind, name, url }])),
  );
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { kind, name, url } = next;
      await noteProbe(db, { kind, url: name }, await probeMirror(kind, url, options));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  const after = await rankedMirrors(db, home);
  await publish(home, after);
  return after;
}

/** `mirrors.json` of the state directory: addresses of each kind, best first. */
export async function publish(home: string, lists: readonly Ranked[]): Promise<void> {
  const content = Object.fromEntries(
    lists
      .filter(({ places }) => places.length > 1)
      .map(({ kind, places }) => [kind, places.map(({ name }) => name)]),
  );
  const path = join(home, 'mirrors.json');
  const beside = `${path}.${randomUUID()}`;
  await writeFile(beside, `${JSON.stringify(content, null, 2)}\n`);
  await rename(beside, path);
}
