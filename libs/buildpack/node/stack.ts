import { BerthError } from '#libs/core/errors.js';
import type { PlanContext } from '../language.js';
import { stackImage } from '../stack-image.js';
import { majorFor, type WantedNode } from './node-version.js';

/** The stack that an app is built and run on. */
export interface NodeStack {
  /** Key of stacks.json. */
  name: string;
  image: string;
  want: WantedNode | null;
  /** When another version is used than the one asked for. */
  warning: string | null;
}

/** Major versions that there are stacks for, by name in infra/stacks; the first is what apps get that ask for none. */
const STACKS: readonly [major: number, name: string][] = [
  [24, 'node'],
  [26, 'node-26'],
  [22, 'node-22'],
  [20, 'node-20'],
  [18, 'node-18'],
];

/** The stack for the version that an app asks for. Throws BerthError `node_version` where there is none. */
export function nodeStack(context: PlanContext, want: WantedNode | null): NodeStack {
  const majors = STACKS.map(([major]) => major);
  const [any] = majors as [number];
  const fitting = want === null ? any : majorFor(want.range, majors, any);
  const major = fitting ?? oldest(want, majors);
  const name = STACKS.find(([each]) => each === major)?.[1];
  if (name === undefined) throw noSuchVersion(want as WantedNode, majors);
  const warning =
    fitting === null && want !== null
      ? `${want.from} asks for Node ${want.range}, which gets no more security updates; Node ${major} is used, the oldest that Berth has.`
      : null;
  return { name, image: stackImage(context, name), want, warning };
}

/** Apps for a version older than all there are mostly run on the oldest one; for any other there is no answer. */
function oldest(want: WantedNode | null, majors: readonly number[]): number | null {
  const least = Math.min(...majors);
  const asked = /\d+/.exec(want?.range ?? '')?.[0];
  return asked !== undefined && Number(asked) < least ? least : null;
}

function noSuchVersion({ range, from, change }: WantedNode, majors: readonly number[]): BerthError {
  return new BerthError(
    'node_version',
    `${from} asks for Node ${range}, and Berth has Node ${[...majors].sort((a, b) => a - b).join(', ')}. ${change.replace(/\.$/, '')} to one of these.`,
    { details: { wanted: range, from, majors } },
  );
}
