import { label, type ContainerView } from '#libs/engine/port.js';
import type { AppState } from '#libs/store/app-states.js';

/** So many looks at everything rely on what was found before; then all is read anew. */
const looksBetween = 40;

/**
 * Apps of which nothing had to be done, and nothing will have to be until a row or a container of theirs changes: a look at everything
 * passes them over while they look the same. Time alone changes nothing about them.
 */
export class AtRest {
  readonly #marks = new Map<string, string>();
  #looks = 0;

  /**
   * Of the apps and their marks, those that have to be read; `containers` is all that the Engine has, `ownerOf` the app of an instance whose
   * container was made before its app was known.
   */
  restless(
    rows: ReadonlyMap<string, string>,
    containers: readonly ContainerView[],
    ownerOf: (instanceId: string) => string | undefined = () => undefined,
  ): Map<string, string> {
    if (this.#looks % looksBetween === 0) this.#marks.clear();
    this.#looks += 1;
    for (const appId of this.#marks.keys()) if (!rows.has(appId)) this.#marks.delete(appId);
    const states = statesByApp(containers, ownerOf);
    const found = new Map<string, string>();
    for (const [appId, row] of rows) {
      const mark = `${row} ${states.get(appId) ?? ''}`;
      if (this.#marks.get(appId) !== mark) found.set(appId, mark);
    }
    return found;
  }

  /** Nothing had to be done for the app while it had this mark. */
  note(state: AppState, mark: string, busy: (instanceId: string) => boolean): void {
    if (isAtRest(state, busy)) this.#marks.set(state.app.id, mark);
    else this.#marks.delete(state.app.id);
  }
}

/** Is everything as it is to stay? Whatever is under way, crashed, leaves, or is there only for a time is not. */
function isAtRest(state: AppState, busy: (instanceId: string) => boolean): boolean {
  const { app, next, routing, visited, split, instances } = state;
  if (app.deletedAt !== null || next !== null || routing.length > 0 || visited.length > 0) return false;
  if (split?.isTrial) return false;
  return instances.every(({ id, process, status }) => {
    const sleeps = process === 'web' && app.sleepTier !== 'running';
    return !busy(id) && status === (sleeps ? 'frozen' : 'ready');
  });
}

/** Of each app, which containers there are and in what state. */
function statesByApp(
  containers: readonly ContainerView[],
  ownerOf: (instanceId: string) => string | undefined,
): Map<string, string> {
  const states = new Map<string, string[]>();
  for (const { id, state, labels } of containers) {
    const appId = labels[label.app] ?? ownerOf(labels[label.instance] ?? '');
    if (appId === undefined) continue;
    const own = states.get(appId) ?? [];
    own.push(`${id} ${state}`);
    states.set(appId, own);
  }
  return new Map([...states].map(([appId, own]) => [appId, own.sort().join()]));
}
