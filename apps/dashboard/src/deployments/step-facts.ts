import type { StepView } from '#libs/contracts/api/deployments.js';

/** One thing that a step says about itself. */
export interface StepFact {
  key: string;
  value: string | boolean | { bytes: number };
}

/** What a reader gains nothing from: repeated elsewhere on the page, or of use to programs alone. */
const LEFT_OUT = new Set(['trigger', 'actor', 'attempt', 'tag', 'limits']);

/** What a step says about itself; ids and digests are cut to the length that people compare. */
export function stepFacts(step: StepView): StepFact[] {
  return Object.entries(step.detail).flatMap(([key, value]): StepFact[] => {
    const shown = LEFT_OUT.has(key) ? null : shownValue(key, value);
    return shown === null ? [] : [{ key, value: shown }];
  });
}

function shownValue(key: string, value: unknown): StepFact['value'] | null {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return /bytes$/i.test(key) ? { bytes: value } : String(value);
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(' ');
  if (typeof value !== 'string' || value === '') return null;
  // Made in this very step, as is usual.
  if (key === 'how' && value === 'now') return null;
  if (key === 'commit') return value.slice(0, 7);
  return value
    .replace(/sha256:([0-9a-f]{12})[0-9a-f]{52}/g, 'sha256:$1')
    .replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…');
}
