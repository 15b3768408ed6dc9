import type { StepView } from '#libs/contracts/api/deployments.js';
import { size } from '../ui/units.js';

/** What a reader gains nothing from: said elsewhere, or of use to programs alone. */
const LEFT_OUT = new Set(['trigger', 'actor', 'attempt', 'tag']);

/** What a step says about itself: `image sha256:…`, `address 10.64.0.3`; ids are cut to what people compare. */
export function stepFacts(step: Pick<StepView, 'detail'>): string[] {
  return Object.entries(step.detail).flatMap(([key, value]) => {
    const shown = LEFT_OUT.has(key) ? null : shownValue(key, value);
    return shown === null ? [] : [`${words(key)} ${shown}`];
  });
}

function shownValue(key: string, value: unknown): string | null {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    if (/bytes$/i.test(key)) return size(value);
    return key.endsWith('Mb') ? `${value} MiB` : String(value);
  }
  if (Array.isArray(value))
    return value.length === 0 ? null : value.map((one) => shownValue(key, one)).join(', ');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, one]) => `${words(name)} ${shownValue(name, one)}`)
      .join(', ');
  if (typeof value !== 'string' || value === '') return null;
  if (key === 'commit') return value.slice(0, 7);
  return value
    .replace(/sha256:([0-9a-f]{12})[0-9a-f]{52}/g, 'sha256:$1')
    .replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1');
}

/** `writableLayer` as "writable layer"; `sizeBytes` as "size", whose value says the unit. */
function words(key: string): string {
  return key
    .replace(/(Bytes|Mb)$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
