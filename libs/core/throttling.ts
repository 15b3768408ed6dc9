/** From this share of the scheduler's periods on, its CPU limit slows an instance down noticeably. */
const noticeable = 0.25;
/** So many samples in a row make it worth an event: a start-up alone is not. */
const samplesInARow = 3;

/** Why an instance is slow, in a sentence; null when its CPU limit does not hold it back. `throttled`: share of the periods. */
export function throttlingReason(throttled: number, cpus: number): string | null {
  if (throttled < noticeable) return null;
  return `Its CPU limit of ${cpus} holds it back ${Math.round(throttled * 100)} % of the time.`;
}

/** Counts samples of instances that are held back; `begins` is true once for each spell. */
export class ThrottlingSpells {
  readonly #rows = new Map<string, number>();

  begins(instanceId: string, throttled: number): boolean {
    if (throttled < noticeable) {
      this.#rows.delete(instanceId);
      return false;
    }
    const rows = (this.#rows.get(instanceId) ?? 0) + 1;
    this.#rows.set(instanceId, rows);
    return rows === samplesInARow;
  }

  forget(present: ReadonlySet<string>): void {
    for (const id of this.#rows.keys()) if (!present.has(id)) this.#rows.delete(id);
  }
}
