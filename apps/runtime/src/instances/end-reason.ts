import type { ContainerView } from '#libs/engine/port.js';
import type { RuntimeContext } from '../runtime-context.js';
import type { InstanceRow } from './start-instance.js';

export interface EndReason {
  code: 'exited' | 'out_of_memory' | 'disk_full' | 'gone';
  /** One sentence for the owner. */
  reason: string;
  exitCode: number | null;
}

/** Why an instance that had been ready does not run any more. */
export function endReason(
  view: ContainerView | undefined,
  instance: Pick<InstanceRow, 'release'>,
  { watch, disk }: Pick<RuntimeContext, 'watch' | 'disk'>,
): EndReason {
  if (view === undefined) {
    return { code: 'gone', reason: 'Its container was removed by somebody else.', exitCode: null };
  }
  const { exitCode } = view;
  if (view.oomKilled || watch.sawOom(view.id)) {
    const reason = `It used more than its ${instance.release.memoryMb} MiB of memory and was ended.`;
    return { code: 'out_of_memory', reason, exitCode };
  }
  const wroteMb = disk.endedAt(view.id);
  if (wroteMb !== undefined) {
    const reason = `It was ended because the host's disk is nearly full and it had written ${wroteMb} MB to its own files. Let it keep less, or write to /tmp.`;
    return { code: 'disk_full', reason, exitCode };
  }
  return { code: 'exited', reason: `It ended with exit code ${exitCode ?? 'unknown'}.`, exitCode };
}
