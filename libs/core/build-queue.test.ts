import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildOrder, type QueueHistory, type WaitingBuild } from './build-queue.js';

const none: QueueHistory = { running: [], lastStart: new Map() };
const teams = ['a', 'b', 'c', 'd'];
const waiting = fc
  .array(fc.record({ teamId: fc.constantFrom(...teams), since: fc.integer({ min: 0, max: 50 }) }), {
    maxLength: 40,
  })
  .map((builds) => builds.map((build, index): WaitingBuild => ({ ...build, id: `id-${index}` })));
const history = fc.record({
  running: fc.array(fc.constantFrom(...teams), { maxLength: 6 }),
  lastStart: fc
    .dictionary(fc.constantFrom(...teams), fc.integer({ min: 1, max: 50 }))
    .map((starts) => new Map(Object.entries(starts))),
});

describe('the order of builds', () => {
  it('names everybody who waits, once, whatever the order in which they are given', () => {
    fc.assert(
      fc.property(waiting, history, (builds, past) => {
        const order = buildOrder(builds, past);
        expect([...order].sort()).toEqual(builds.map(({ id }) => id).sort());
        expect(buildOrder([...builds].reverse(), past)).toEqual(order);
      }),
    );
  });

  it('begins a team’s own builds from the oldest on', () => {
    fc.assert(
      fc.property(waiting, history, (builds, past) => {
        const since = new Map(builds.map(({ id, since }) => [id, since]));
        const order = buildOrder(builds, past);
        for (const team of teams) {
          const own = order.filter((id) => builds.find((build) => build.id === id)?.teamId === team);
          const times = own.map((id) => since.get(id) ?? 0);
          expect(times).toEqual([...times].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('never takes a second build of one team while another team has had fewer and waits', () => {
    fc.assert(
      fc.property(waiting, history, (builds, past) => {
        const teamOf = new Map(builds.map(({ id, teamId }) => [id, teamId]));
        const had = new Map(teams.map((team) => [team, past.running.filter((one) => one === team).length]));
        const left = new Map(teams.map((team) => [team, builds.filter((one) => one.teamId === team).length]));
        for (const id of buildOrder(builds, past)) {
          const team = teamOf.get(id) ?? '';
          const least = Math.min(...teams.filter((one) => left.get(one)).map((one) => had.get(one) ?? 0));
          expect(had.get(team)).toBe(least);
          had.set(team, (had.get(team) ?? 0) + 1);
          left.set(team, (left.get(team) ?? 0) - 1);
        }
      }),
    );
  });

  it('lets one push of a team pass fifty of another that came before', () => {
    const crowd = Array.from({ length: 50 }, (_, index) => ({ id: `a${index}`, teamId: 'a', since: index }));
    const one = { id: 'b', teamId: 'b', since: 1000 };
    expect(buildOrder([...crowd, one], none).indexOf('b')).toBe(1);
    expect(buildOrder([...crowd, one], { ...none, running: ['a'] })[0]).toBe('b');
  });

  it('gives the turn to the team whose last build began longest ago', () => {
    const pair = [
      { id: 'a', teamId: 'a', since: 1 },
      { id: 'b', teamId: 'b', since: 2 },
    ];
    const lastStart = new Map([['a', 20]]);
    expect(buildOrder(pair, { running: [], lastStart })).toEqual(['b', 'a']);
    expect(buildOrder(pair, none)).toEqual(['a', 'b']);
  });
});
