import type { ContainerView } from '#libs/engine/port.js';
import type { EngineWatch } from '../engine-watch.js';
import type { InstanceRow } from './start-instance.js';

export interface EndReason {
  code: 'exited' | 'out_of_memory' | 'gone';
  /** One sentence for the owner. */
  reason: string;
  exitCode: number | null;
}

/** Why an instance that had been ready does not run any more. */
export function endReason(
  view: ContainerView | undefined,
  instance: Pick<InstanceRow, 'release'>,
  watch: Pick<EngineWatch, 'sawOom'>,
): EndReason {
  if (view === undefined) {
    return { code: 'gone', reason: 'Its container was removed by somebody else.', exitCode: null };
  }
  const { exitCode } = view;
  if (view.oomKilled || watch.sawOom(view.id)) {
    const reason = `It used more than its ${instance.release.memoryMb} MiB of memory and was ended.`;
    return { code: 'out_of_memory', reason, exitCode };
  }
  return { code: 'exited', reason: `It ended with exit code ${exitCode ?? 'unknown'}.`, exitCode };
}
