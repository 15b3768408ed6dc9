import { describe, expect, it } from 'vitest';
import { label, type ContainerView } from '#libs/engine/port.js';
import type { AppState } from '#libs/store/app-states.js';
import { AtRest } from './at-rest.js';

const idle = () => false;
const rows = (mark = '7') => new Map([['a', mark]]);
const container = (state: ContainerView['state']) =>
  [{ id: 'c', state, labels: { [label.app]: 'a' } }] as unknown as ContainerView[];

function state(change: Record<string, unknown> = {}, status = 'ready', sleepTier = 'running'): AppState {
  return {
    app: { id: 'a', deletedAt: null, sleepTier },
    ...{ next: null, routing: [], visited: [], split: null },
    instances: [{ id: 'i', process: 'web', status }],
    ...change,
  } as unknown as AppState;
}

/** Is the app read again by a look that finds these, after one at which nothing had to be done? */
function readAgain(
  was: AppState,
  {
    mark = '7',
    now = container('running'),
    busy = idle,
  }: { mark?: string; now?: ContainerView[]; busy?: () => boolean } = {},
): boolean {
  const rest = new AtRest();
  const first = rest.restless(rows(), container('running'));
  rest.note(was, first.get('a') ?? '', busy);
  return rest.restless(rows(mark), now).has('a');
}

describe('a look at everything', () => {
  it('passes an app over while neither its rows nor its containers change', () => {
    expect(readAgain(state())).toBe(false);
    expect(readAgain(state({}, 'frozen', 'frozen'))).toBe(false);
    expect(readAgain(state({ instances: [] }, '', 'stopped'))).toBe(false);
    expect(readAgain(state(), { mark: '8' })).toBe(true);
    expect(readAgain(state(), { now: container('exited') })).toBe(true);
    expect(readAgain(state(), { now: [] })).toBe(true);
  });

  it.each([
    ['a deployment is under way', state({ next: {} })],
    ['a route is not confirmed', state({ routing: [{}] })],
    ['a release of the past is visited', state({ visited: [{}] })],
    ['a release is on trial', state({ split: { isTrial: true } })],
    ['an instance leaves', state({}, 'draining')],
    ['an instance has crashed', state({}, 'crashed')],
    ['an instance is to be frozen', state({}, 'ready', 'frozen')],
    ['an instance is to go on', state({}, 'frozen', 'running')],
    [
      'what was deleted is still there',
      state({ app: { id: 'a', deletedAt: new Date(), sleepTier: 'running' } }),
    ],
  ])('reads it again while %s', (_, was) => {
    expect(readAgain(was)).toBe(true);
  });

  it('reads it again while something is being done to it', () => {
    expect(readAgain(state(), { busy: () => true })).toBe(true);
  });

  it('reads all anew from time to time, whatever it knows', () => {
    const rest = new AtRest();
    let reads = 0;
    for (let look = 0; look < 100; look += 1) {
      const found = rest.restless(rows(), container('running'));
      reads += found.size;
      rest.note(state(), found.get('a') ?? '7 c running', idle);
    }
    expect(reads).toBe(3);
  });
});
