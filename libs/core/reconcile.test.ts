import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instanceStatuses } from './instance-status.js';
import { sleepTiers } from './sleep.js';
import {
  decide,
  nextLookAt,
  type Action,
  type DesiredApp,
  type ObservedInstance,
  type RunTarget,
} from './reconcile.js';

const target = (deploymentId: string, web = 1): RunTarget => ({
  deploymentId,
  releaseId: `r-${deploymentId}`,
  processes: { web },
});

const instance = (change: Partial<ObservedInstance>): ObservedInstance => ({
  id: 'i',
  deploymentId: 'd1',
  releaseId: 'r-d1',
  process: 'web',
  status: 'ready',
  container: 'running',
  busy: false,
  nextStartAt: null,
  routed: true,
  outgoing: false,
  volumes: [],
  createdAt: 0,
  ...change,
});

const anyTarget = fc.record({
  deploymentId: fc.constantFrom('d1', 'd2'),
  web: fc.integer({ min: 1, max: 3 }),
  worker: fc.integer({ min: 0, max: 2 }),
});

const toTarget = (t: { deploymentId: string; web: number; worker: number }): RunTarget => ({
  deploymentId: t.deploymentId,
  releaseId: `r-${t.deploymentId}`,
  processes: { web: t.web, ...(t.worker > 0 ? { worker: t.worker } : {}) },
});

const anyDesired: fc.Arbitrary<DesiredApp> = fc
  .record({
    deleted: fc.boolean(),
    live: fc.option(anyTarget),
    next: fc.option(anyTarget),
    split: fc.option(anyTarget),
    visited: fc.boolean(),
    trial: fc.constantFrom('due' as const, null),
    tier: fc.constantFrom(...sleepTiers),
    spare: fc.option(
      fc.record({ deploymentId: fc.constantFrom('d0', 'd1'), until: fc.constantFrom(1000, 9000) }),
    ),
  })
  .map(({ deleted, live, next, split, visited, trial, spare, tier }) => ({
    deleted,
    tier,
    spares: spare === null || (spare.deploymentId === 'd1' && live !== null) ? [] : [spare],
    split: split && toTarget({ ...split, deploymentId: 's1', worker: 0 }),
    visited: visited ? [{ ...toTarget({ web: 1, worker: 0, deploymentId: 'v1' }), deploymentId: 'v1' }] : [],
    trial,
    live: live && toTarget({ ...live, deploymentId: 'd1' }),
    next: next && toTarget({ ...next, deploymentId: 'd2' }),
  }));

const anyInstances = fc
  .array(
    fc.record({
      deploymentId: fc.constantFrom('d0', 'd1', 'd2', 's1', 'v1', null),
      releaseId: fc.constantFrom('r-d0', 'r-d1', 'r-d2', 'r-s1', 'r-v1'),
      process: fc.constantFrom('web', 'worker', 'old'),
      status: fc.constantFrom(...instanceStatuses.filter((status) => status !== 'ended')),
      container: fc.constantFrom(
        'frozen' as const,
        'none' as const,
        'created' as const,
        'running' as const,
        'ended' as const,
      ),
      busy: fc.boolean(),
      nextStartAt: fc.option(fc.nat(1000)),
      routed: fc.boolean(),
      outgoing: fc.boolean(),
      createdAt: fc.nat(1000),
    }),
    { maxLength: 8 },
  )
  .map((rows) => rows.map((row, index) => ({ ...row, id: `i${index}`, volumes: [] as string[] })));

/** The same of an app all of whose releases have a volume. */
const withVolume = (desired: DesiredApp): DesiredApp => {
  const having = <T extends RunTarget | null | undefined>(target: T): T =>
    target ? { ...target, volumes: ['data'] } : target;
  const { live, next, split, visited } = desired;
  return {
    ...desired,
    live: having(live),
    next: having(next),
    split: having(split),
    visited: split ? [] : visited?.map(having),
  };
};

/** A world in which every action works: what the runtime does, without time or failures. */
class World {
  serial = 0;
  constructor(
    public desired: DesiredApp,
    public instances: ObservedInstance[],
    readonly volumes: string[] = [],
  ) {}

  apply(action: Action): void {
    const find = (id: string) => this.instances.find((one) => one.id === id)!;
    switch (action.do) {
      case 'add':
        this.serial += 1;
        this.instances.push(
          instance({
            ...action,
            id: `new${this.serial}`,
            status: 'creating',
            container: 'none',
            routed: false,
            volumes: this.volumes,
            createdAt: 1000 + this.serial,
          }),
        );
        break;
      case 'run':
        Object.assign(find(action.instanceId), { status: 'ready', container: 'running', nextStartAt: null });
        break;
      case 'wake':
        Object.assign(find(action.instanceId), { status: 'starting', deploymentId: action.deploymentId });
        break;
      case 'adopt':
        find(action.instanceId).deploymentId = action.deploymentId;
        break;
      case 'begin-trial':
        // It does well.
        this.desired = { ...this.desired, trial: null };
        break;
      case 'rest':
        find(action.instanceId).container = 'frozen';
        break;
      case 'freeze':
        Object.assign(find(action.instanceId), { status: 'frozen', container: 'frozen' });
        break;
      case 'unroute':
        find(action.instanceId).routed = false;
        break;
      case 'thaw':
        Object.assign(find(action.instanceId), { status: 'ready', container: 'running' });
        break;
      case 'crashed':
        Object.assign(find(action.instanceId), { status: 'crashed', nextStartAt: 0, container: 'none' });
        break;
      case 'fail':
        if (this.desired.next?.deploymentId === action.deploymentId)
          this.desired = { ...this.desired, next: null };
        break;
      case 'abort':
        find(action.instanceId).busy = false;
        break;
      case 'retire':
        find(action.instanceId).status = 'draining';
        break;
      case 'end':
        Object.assign(find(action.instanceId), { status: 'stopped', container: 'none' });
        break;
      case 'go-live':
        if (this.desired.next)
          this.desired = {
            ...this.desired,
            live: this.desired.next,
            next: null,
            split: null,
            tier: 'running',
          };
        break;
    }
  }

  /** The route table: ready instances of the live release, or frozen ones that the edge may let go on. */
  publish(): void {
    const { deleted, live, split, tier } = this.desired;
    for (const one of this.instances) {
      one.routed =
        !deleted &&
        [live, split].some((of) => of?.deploymentId === one.deploymentId) &&
        one.process === 'web' &&
        ((tier === 'running' && one.status === 'ready') ||
          (tier === 'frozen' && one.status === 'frozen' && one.container === 'frozen'));
    }
  }

  /** Tasks that are under way end. */
  finish(): void {
    for (const one of this.instances) one.busy = false;
  }
}

const anyWorld = fc.tuple(anyDesired, anyInstances, fc.boolean()).map(([desired, instances, hasVolume]) =>
  hasVolume
    ? new World(
        withVolume(desired),
        instances.map((one) => ({ ...one, volumes: ['data'] })),
        ['data'],
      )
    : new World(desired, structuredClone(instances)),
);
const now = 5000;

describe('one look at an app', () => {
  it('is a function of what it is shown', () => {
    fc.assert(
      fc.property(anyDesired, anyInstances, (desired, instances) => {
        expect(decide(desired, instances, now)).toEqual(decide(desired, structuredClone(instances), now));
      }),
    );
  });

  it('comes to rest, from whatever state a crash left behind, with exactly what is wanted', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        let actions: Action[] = [];
        for (let look = 0; look < 16; look += 1) {
          actions = decide(world.desired, world.instances, now);
          for (const action of actions) world.apply(action);
          world.publish();
          world.finish();
        }
        expect(actions).toEqual([]);
        const resting = (one: ObservedInstance) => one.status === 'draining' && one.container === 'frozen';
        const kept = world.instances.filter(resting);
        const { spares } = world.desired;
        expect(
          kept.every((one) => spares.some((of) => of.deploymentId === one.deploymentId && of.until > now)),
        ).toBe(true);
        const running = world.instances.filter((one) => one.status !== 'stopped' && !resting(one));
        const { deleted, live, split, visited, tier } = world.desired;
        const wanted = deleted || live === null ? {} : live.processes;
        // Beside a release with a volume none runs that shares it.
        const isAlone = deleted || (live !== null && world.volumes.length > 0);
        const beside = isAlone ? 0 : (split?.processes['web'] ?? 0);
        const past = isAlone ? 0 : (visited?.length ?? 0);
        const count = (process: string) =>
          process === 'web' && tier !== 'running' ? 0 : (wanted[process] ?? 0);
        const awake = running.filter((one) => one.status !== 'frozen');
        const asleep = running.filter((one) => one.status === 'frozen');
        if (world.desired.next === null)
          expect(awake).toHaveLength(
            Object.keys(wanted).reduce((sum, process) => sum + count(process), 0) +
              (tier === 'running' ? beside : 0) +
              past,
          );
        expect(awake.every((one) => one.status === 'ready' && one.container === 'running')).toBe(true);
        // Never more frozen than would run, none where nothing may be frozen, and each really is.
        expect(asleep.length).toBeLessThanOrEqual(tier === 'frozen' ? (wanted['web'] ?? 0) + beside : 0);
        expect(asleep.every((one) => one.container === 'frozen' && one.process === 'web')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('never ends an instance that a route may still name', () => {
    fc.assert(
      fc.property(anyDesired, anyInstances, (desired, instances) => {
        const routed = new Set(instances.filter((one) => one.routed).map((one) => one.id));
        for (const action of decide(desired, instances, now)) {
          if (['end', 'rest', 'freeze'].includes(action.do) && 'instanceId' in action)
            expect(routed).not.toContain(action.instanceId);
        }
      }),
    );
  });

  it('never retires a ready instance of the live release that is still wanted', () => {
    fc.assert(
      fc.property(anyDesired, anyInstances, (desired, instances) => {
        fc.pre(desired.live !== null && !desired.deleted && desired.tier !== 'stopped');
        const live = desired.live!;
        const isLiveWeb = (one: ObservedInstance) =>
          one.deploymentId === live.deploymentId && one.process === 'web' && one.status === 'ready';
        const retired = decide(desired, instances, now).flatMap((action) =>
          action.do === 'retire' ? [action.instanceId] : [],
        );
        const before = instances.filter(isLiveWeb).length;
        const after = instances.filter((one) => isLiveWeb(one) && !retired.includes(one.id)).length;
        expect(after).toBeGreaterThanOrEqual(Math.min(before, live.processes.web ?? 0));
      }),
    );
  });

  it('makes nothing live before every wanted instance of it is ready', () => {
    fc.assert(
      fc.property(anyDesired, anyInstances, (desired, instances) => {
        const goes = decide(desired, instances, now).some((action) => action.do === 'go-live');
        if (!goes) return;
        for (const [process, count] of Object.entries(desired.next?.processes ?? {})) {
          const ready = instances.filter(
            (one) =>
              one.deploymentId === 'd2' &&
              one.process === process &&
              one.status === 'ready' &&
              one.container === 'running',
          );
          expect(ready.length).toBeGreaterThanOrEqual(count);
        }
      }),
    );
  });

  it('leaves alone what a task is working on, but for telling it to stop', () => {
    fc.assert(
      fc.property(anyDesired, anyInstances, (desired, instances) => {
        const busy = new Set(instances.filter((one) => one.busy).map((one) => one.id));
        for (const action of decide(desired, instances, now)) {
          if ('instanceId' in action && busy.has(action.instanceId)) expect(action.do).toBe('abort');
        }
      }),
    );
  });

  it('does nothing when all is as it should be', () => {
    expect(
      decide(
        { deleted: false, live: target('d1'), next: null, spares: [], tier: 'running' },
        [instance({})],
        now,
      ),
    ).toEqual([]);
  });

  it('starts the new release beside the old one', () => {
    expect(
      decide(
        { deleted: false, live: target('d1'), next: target('d2'), spares: [], tier: 'running' },
        [instance({})],
        now,
      ),
    ).toEqual([{ do: 'add', deploymentId: 'd2', releaseId: 'r-d2', process: 'web' }]);
  });

  it('fails the deployment, not the app, when the new instance dies before it is live', () => {
    const rows = [instance({}), instance({ id: 'n', deploymentId: 'd2', container: 'ended', routed: false })];
    expect(
      decide(
        { deleted: false, live: target('d1'), next: target('d2'), spares: [], tier: 'running' },
        rows,
        now,
      ),
    ).toEqual([{ do: 'fail', deploymentId: 'd2', instanceId: 'n' }]);
  });

  it('scales down from what serves least', () => {
    const rows = [
      instance({ id: 'a' }),
      instance({ id: 'b', status: 'crashed', nextStartAt: 9000 }),
      instance({ id: 'c', createdAt: 5 }),
    ];
    expect(
      decide({ deleted: false, live: target('d1', 1), next: null, spares: [], tier: 'running' }, rows, now),
    ).toEqual([
      { do: 'retire', instanceId: 'b' },
      { do: 'retire', instanceId: 'c' },
    ]);
  });

  it('waits out the pause after a crash, and says until when', () => {
    const rows = [instance({ status: 'crashed', container: 'none', nextStartAt: 6000 })];
    const desired = { deleted: false, live: target('d1'), next: null, spares: [], tier: 'running' as const };
    expect(decide(desired, rows, 5999)).toEqual([]);
    expect(nextLookAt(rows, 5999)).toBe(6000);
    expect(decide(desired, rows, 6000)).toEqual([{ do: 'run', instanceId: 'i' }]);
  });

  it('restarts one crashed instance and leaves the others alone', () => {
    const rows = [instance({ id: 'a' }), instance({ id: 'b', container: 'ended' })];
    expect(
      decide({ deleted: false, live: target('d1', 2), next: null, spares: [], tier: 'running' }, rows, now),
    ).toEqual([{ do: 'crashed', instanceId: 'b' }]);
  });

  it('replaces an instance that is to be restarted once another one is ready, and not before', () => {
    const desired = { deleted: false, live: target('d1'), next: null, spares: [], tier: 'running' as const };
    const old = instance({ id: 'a', outgoing: true });
    const fresh = { id: 'b', createdAt: 1, routed: false };
    expect(decide(desired, [old], now)).toEqual([
      { do: 'add', deploymentId: 'd1', releaseId: 'r-d1', process: 'web' },
    ]);
    const starting = instance({ ...fresh, status: 'starting', busy: true });
    expect(decide(desired, [old, starting], now)).toEqual([]);
    expect(decide(desired, [old, instance(fresh)], now)).toEqual([{ do: 'retire', instanceId: 'a' }]);
  });

  it('does not wait out the pause of a crashed instance that is to be restarted, and lets a frozen one go', () => {
    const desired = { deleted: false, live: target('d1'), next: null, spares: [], tier: 'running' as const };
    const crashed = instance({
      ...{ id: 'a', outgoing: true, status: 'crashed' as const },
      ...{ container: 'none' as const, nextStartAt: now + 60_000 },
    });
    expect(decide(desired, [crashed], now)).toEqual([
      { do: 'add', deploymentId: 'd1', releaseId: 'r-d1', process: 'web' },
      { do: 'retire', instanceId: 'a' },
    ]);
    const frozen = instance({
      ...{ id: 'a', outgoing: true, status: 'frozen' as const, container: 'frozen' as const, routed: false },
    });
    expect(decide({ ...desired, tier: 'frozen' }, [frozen], now)).toEqual([
      { do: 'retire', instanceId: 'a' },
    ]);
  });

  it('keeps the release before frozen for a while, takes it back for a rollback, and lets it go when time is over', () => {
    const old = instance({
      id: 'o',
      deploymentId: 'd0',
      releaseId: 'r-d0',
      status: 'draining',
      routed: false,
    });
    const frozen = { ...old, container: 'frozen' as const };
    const desired = {
      deleted: false,
      live: target('d1'),
      next: null,
      spares: [{ deploymentId: 'd0', until: now + 1 }],
      tier: 'running' as const,
    };
    expect(decide(desired, [instance({}), old], now)).toEqual([{ do: 'rest', instanceId: 'o' }]);
    expect(decide(desired, [instance({}), frozen], now)).toEqual([]);
    expect(decide(desired, [instance({}), frozen], now + 1)).toEqual([{ do: 'end', instanceId: 'o' }]);
    const back = { deploymentId: 'd2', releaseId: 'r-d0', processes: { web: 1 } };
    expect(decide({ ...desired, next: back }, [instance({}), frozen], now)).toEqual([
      { do: 'wake', instanceId: 'o', deploymentId: 'd2' },
    ]);
  });

  it('freezes what runs once no route names it, thaws it for the next visitor, and adds nothing meanwhile', () => {
    const desired: DesiredApp = {
      deleted: false,
      live: target('d1', 2),
      next: null,
      spares: [],
      tier: 'frozen',
    };
    const running = instance({ routed: false });
    const frozen = instance({ status: 'frozen', container: 'frozen', routed: false });
    expect(decide(desired, [instance({})], now)).toEqual([]);
    expect(decide(desired, [running], now)).toEqual([{ do: 'freeze', instanceId: 'i' }]);
    expect(decide(desired, [frozen], now)).toEqual([]);
    expect(decide({ ...desired, live: target('d1'), tier: 'running' }, [frozen], now)).toEqual([
      { do: 'thaw', instanceId: 'i' },
    ]);
    expect(decide({ ...desired, tier: 'stopped' }, [frozen], now)).toEqual([
      { do: 'retire', instanceId: 'i' },
    ]);
    expect(decide({ ...desired, tier: 'stopped' }, [], now)).toEqual([]);
  });

  it('finishes what a crash left between container and row, either way', () => {
    const desired: DesiredApp = {
      deleted: false,
      live: target('d1'),
      next: null,
      spares: [],
      tier: 'frozen',
    };
    const halfAsleep = instance({ container: 'frozen', routed: false });
    const halfAwake = instance({ status: 'frozen', container: 'running', routed: false });
    expect(decide(desired, [halfAsleep], now)).toEqual([{ do: 'freeze', instanceId: 'i' }]);
    expect(decide(desired, [halfAwake], now)).toEqual([{ do: 'freeze', instanceId: 'i' }]);
    expect(decide({ ...desired, tier: 'running' }, [halfAsleep], now)).toEqual([
      { do: 'thaw', instanceId: 'i' },
    ]);
    expect(decide({ ...desired, tier: 'running' }, [halfAwake], now)).toEqual([
      { do: 'thaw', instanceId: 'i' },
    ]);
  });

  it('replaces a frozen instance whose container is gone when somebody comes, and only lets it go before', () => {
    const lost = instance({ status: 'frozen', container: 'ended', routed: false });
    const desired: DesiredApp = {
      deleted: false,
      live: target('d1'),
      next: null,
      spares: [],
      tier: 'frozen',
    };
    expect(decide(desired, [lost], now)).toEqual([{ do: 'retire', instanceId: 'i' }]);
    expect(decide({ ...desired, tier: 'running' }, [lost], now)).toEqual([
      { do: 'add', deploymentId: 'd1', releaseId: 'r-d1', process: 'web' },
      { do: 'retire', instanceId: 'i' },
    ]);
    // Woken a moment ago, which its row does not say yet: what ended then has crashed, as the next look tells.
    expect(decide({ ...desired, tier: 'running' }, [{ ...lost, busy: true }], now)).toEqual([]);
    expect(decide({ ...desired, tier: 'running' }, [{ ...lost, status: 'ready' }], now)).toEqual([
      { do: 'crashed', instanceId: 'i' },
    ]);
  });

  it('lets other processes of a sleeping app run', () => {
    const live = { deploymentId: 'd1', releaseId: 'r-d1', processes: { web: 1, worker: 1 } };
    const worker = instance({ id: 'w', process: 'worker', container: 'ended', routed: false });
    const desired: DesiredApp = { deleted: false, live, next: null, spares: [], tier: 'stopped' };
    expect(decide(desired, [worker], now)).toEqual([{ do: 'crashed', instanceId: 'w' }]);
    expect(decide(desired, [], now)).toEqual([
      { do: 'add', deploymentId: 'd1', releaseId: 'r-d1', process: 'worker' },
    ]);
  });

  it('runs a release command before anything else of the release, beside the old one, and goes live after it', () => {
    const next = { ...target('d2', 2), command: true };
    const desired: DesiredApp = { deleted: false, live: target('d1'), next, spares: [], tier: 'running' };
    const command = instance({
      id: 'c',
      deploymentId: 'd2',
      process: 'release',
      status: 'starting',
      container: 'ended',
      routed: false,
    });
    expect(decide(desired, [instance({})], now)).toEqual([
      { do: 'add', deploymentId: 'd2', releaseId: 'r-d2', process: 'release' },
    ]);
    // What has ended is judged by the same work that waits for it, never started a second time by another.
    expect(decide(desired, [instance({}), command], now)).toEqual([{ do: 'run', instanceId: 'c' }]);
    expect(decide({ ...desired, next: target('d2', 2) }, [instance({})], now)).toEqual(
      Array.from({ length: 2 }, () => ({ do: 'add', deploymentId: 'd2', releaseId: 'r-d2', process: 'web' })),
    );
    // Killed between its success and its end: it is taken away, and the rest goes on.
    expect(decide({ ...desired, next: target('d2') }, [instance({}), command], now)).toContainEqual({
      do: 'retire',
      instanceId: 'c',
    });
  });
});

describe('releases that share a volume', () => {
  const one = (deploymentId: string, web = 1): RunTarget => ({
    ...target(deploymentId, web),
    volumes: ['data'],
  });
  const holder = (change: Partial<ObservedInstance>) => instance({ volumes: ['data'], ...change });
  const desired = (change: Partial<DesiredApp>): DesiredApp => ({
    ...{ deleted: false, live: one('d1'), next: null, spares: [], tier: 'running' },
    ...change,
  });
  const add = (deploymentId: string) => ({
    ...{ do: 'add', deploymentId, releaseId: `r-${deploymentId}`, process: 'web' },
  });

  it('change places with the old one stopped first, and the other way when the new one fails', () => {
    const deploying = desired({ next: one('d2') });
    const old = holder({});
    expect(decide(deploying, [old], now)).toEqual([{ do: 'retire', instanceId: 'i' }]);
    const leaving = holder({ status: 'draining', routed: false });
    expect(decide(deploying, [leaving], now)).toEqual([{ do: 'end', instanceId: 'i' }]);
    expect(decide(deploying, [{ ...leaving, busy: true }], now)).toEqual([]);
    expect(decide(deploying, [], now)).toEqual([add('d2')]);
    const fresh = holder({ id: 'n', deploymentId: 'd2', status: 'starting', routed: false });
    expect(decide(desired({}), [fresh], now)).toEqual([{ do: 'retire', instanceId: 'n' }]);
    expect(decide(desired({}), [{ ...fresh, status: 'draining', busy: true }], now)).toEqual([]);
    expect(decide(desired({}), [], now)).toEqual([add('d1')]);
  });

  it('do not wait for each other when they share none', () => {
    const deploying = desired({ next: { ...one('d2'), volumes: ['other'] } });
    expect(decide(deploying, [holder({})], now)).toEqual([add('d2')]);
  });

  it('go live at once: nothing is tried, split or visited beside them, and nothing is kept for a rollback', () => {
    const ready = holder({ id: 'n', deploymentId: 'd2', routed: false });
    expect(decide(desired({ next: one('d2'), trial: 'due' }), [ready], now)).toEqual([
      { do: 'go-live', deploymentId: 'd2' },
    ]);
    expect(decide(desired({ split: one('s1'), visited: [one('v1')] }), [holder({})], now)).toEqual([]);
    const before = holder({ id: 'o', deploymentId: 'd0', status: 'draining', routed: false });
    expect(
      decide(desired({ spares: [{ deploymentId: 'd0', until: now + 1 }] }), [holder({}), before], now),
    ).toEqual([{ do: 'end', instanceId: 'o' }]);
  });

  it('are stopped before another instance takes the place of one that is to be restarted', () => {
    const old = holder({ outgoing: true });
    expect(decide(desired({}), [old], now)).toEqual([{ do: 'retire', instanceId: 'i' }]);
    expect(decide(desired({}), [], now)).toEqual([add('d1')]);
  });

  it('let the processes of one release use it together', () => {
    const live = { ...one('d1'), processes: { web: 1, worker: 1 } };
    expect(decide(desired({ live }), [holder({})], now)).toEqual([{ ...add('d1'), process: 'worker' }]);
  });

  it('never run at the same time, whatever comes between and however late each step is done', () => {
    const happening = fc.record({
      event: fc.constantFrom('none', 'deploy', 'fail', 'crash', 'restart', 'frozen', 'stopped', 'running'),
      /** Which of the actions are done before the next look, and whether the edge has been told and tasks have ended. */
      done: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      told: fc.boolean(),
      ended: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
        const world = new World(desired({}), [holder({})], ['data']);
        let deployments = 1;
        for (const { event, done, told, ended } of happenings) {
          if (event === 'deploy') world.desired = { ...world.desired, next: one(`d${(deployments += 1)}`) };
          else if (event === 'fail') world.desired = { ...world.desired, next: null };
          else if (event === 'crash')
            for (const each of world.instances) if (each.container === 'running') each.container = 'ended';
          if (event === 'restart') for (const each of world.instances) each.outgoing = true;
          if (event === 'frozen' || event === 'stopped' || event === 'running')
            world.desired = { ...world.desired, tier: event };
          for (const [at, action] of decide(world.desired, world.instances, now).entries())
            if (done[at % done.length]) world.apply(action);
          const alive = world.instances.filter(({ container }) => ['running', 'frozen'].includes(container));
          expect(alive.length).toBeLessThanOrEqual(1);
          if (told) world.publish();
          if (ended) world.finish();
        }
      }),
      { numRuns: 500 },
    );
  });
});
