import type { StepView } from '#libs/contracts/api/deployments.js';

export interface StepFact {
  name: string;
  value: string;
}

/** Long enough to recognise a digest or container id, short enough for a phone. */
const ID_SHOWN = 12;
const MAX_SHOWN = 6;

/** What a step says about itself, as short name and value pairs; nested values are left to the API. */
export function stepFacts(step: StepView): StepFact[] {
  return Object.entries(step.detail)
    .flatMap(([key, value]): StepFact[] => {
      const text = shown(key, value);
      return text === null ? [] : [{ name: words(key), value: text }];
    })
    .slice(0, MAX_SHOWN);
}

function shown(key: string, value: unknown): string | null {
  if (typeof value === 'boolean') return value ? '✓' : '–';
  if (typeof value === 'number') return /bytes$/i.test(key) ? megabytes(value) : String(value);
  if (typeof value !== 'string' || value === '') return null;
  return value
    .replace(/sha256:([0-9a-f]{12})[0-9a-f]{52}/g, 'sha256:$1')
    .replace(/\b([0-9a-f]{64})\b/g, (id) => id.slice(0, ID_SHOWN));
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `containerId` as "container id". */
function words(key: string): string {
  return key
    .replace(/Bytes$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
