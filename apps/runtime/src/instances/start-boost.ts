import type { ContainerEngine } from '#libs/engine/port.js';

/** Most runtimes have compiled and loaded what they need by then; one that never answers is not to have more than its share for longer. */
const boostMs = 15_000;

/**
 * Lets an instance that starts have all processors of its host that nobody else wants (docs/decisions.md); gives what ends that.
 * Every start must end it before the instance counts as ready: whoever takes a start over begins and ends it again.
 */
export function boostStart(
  engine: Pick<ContainerEngine, 'limitCpus'>,
  { containerId, cpus }: { containerId: string; cpus: number },
): () => Promise<void> {
  const boosted = engine.limitCpus(containerId, null);
  let ended: Promise<void> | undefined;
  const end = () =>
    (ended ??= boosted.then(async (done) => {
      if (done) await engine.limitCpus(containerId, cpus);
    }));
  const timer = setTimeout(() => void end().catch(() => undefined), boostMs).unref();
  return () => {
    clearTimeout(timer);
    return end();
  };
}
