import { describe, expect, it } from 'vitest';
import { containerSpec, type SpecInput } from './container-spec.js';
import { wantedProcesses } from '#libs/contracts/wanted-processes.js';

const input: SpecInput = {
  berthId: 'abc123',
  registry: '127.0.0.1:5000',
  app: { id: 'app-id', name: 'shop', teamId: 'team-id' },
  release: {
    id: 'release-id',
    number: 3,
    image: 'apps/app-id@sha256:00',
    processes: { web: ['node', 'server.js'], worker: ['node', 'worker.js'] },
    memoryMb: 256,
    cpus: 0.5,
    pids: 128,
    graceSeconds: 7,
  },
  instance: { id: '01a2-1a2b3c4d', deploymentId: 'd', process: 'web', address: '10.64.0.9', port: 8080 },
  config: { GREETING: 'hello', PORT: '1', BERTH_APP: 'forged' },
  network: 'berth-abc123-team',
  dns: ['10.64.0.1', '192.0.2.53'],
  volumes: [],
};

describe('the container of an instance', () => {
  it('is told where to listen and who it is, whatever the config says', () => {
    expect(containerSpec(input).env).toEqual({
      GREETING: 'hello',
      PORT: '8080',
      BERTH_APP: 'shop',
      BERTH_RELEASE: '3',
      BERTH_INSTANCE: '01a2-1a2b3c4d',
      BERTH_PROCESS: 'web',
    });
  });

  it('has a name that another run of the step gives again, the image by digest, and the release limits', () => {
    expect(containerSpec(input)).toMatchObject({
      name: 'berth-abc123-shop-r3-web-1a2b3c4d',
      image: '127.0.0.1:5000/apps/app-id@sha256:00',
      command: ['node', 'server.js'],
      address: '10.64.0.9',
      dns: ['10.64.0.1', '192.0.2.53'],
      limits: { memoryMb: 256, cpus: 0.5, pids: 128 },
      graceSeconds: 7,
    });
  });

  it('has no PORT when it is no web process', () => {
    const spec = containerSpec({ ...input, instance: { ...input.instance, process: 'worker', port: null } });
    expect(spec.env).not.toHaveProperty('PORT', '8080');
    expect(spec).toMatchObject({ command: ['node', 'worker.js'] });
  });

  it("runs the image's own command when the release names none", () => {
    expect(containerSpec({ ...input, release: { ...input.release, processes: {} } }).command).toEqual([]);
  });
});

describe('wanted instances', () => {
  const wanted = (scale: unknown, processes: unknown, trial: boolean) =>
    wantedProcesses({ scale, autoscale: {}, webInstances: 1 }, { processes, manifest: null }, { trial });

  it.each([
    [{}, {}, { web: 1 }],
    [{ web: 3 }, { web: [] }, { web: 3 }],
    [{ web: 0 }, { web: [] }, { web: 1 }],
    [
      { web: 1, worker: 2 },
      { web: [], worker: [] },
      { web: 1, worker: 2 },
    ],
    [{ web: 1, worker: 2 }, { web: [] }, { web: 1 }],
    [{}, { web: [], worker: [] }, { web: 1 }],
    ['nonsense', { web: [] }, { web: 1 }],
  ])('scale %j of processes %j is %j', (scale, processes, wantedOnes) => {
    expect(wanted(scale, processes, true)).toEqual(wantedOnes);
  });

  it('are none of web once an app scaled to 0 is live', () => {
    expect(wanted({ web: 0, worker: 1 }, { web: [], worker: [] }, false)).toEqual({ worker: 1 });
    expect(wanted({}, {}, false)).toEqual({ web: 1 });
  });

  it('are as many of web as load last asked for where load decides, on trial too', () => {
    const app = { scale: { web: 1, worker: 1 }, autoscale: { max: 5 }, webInstances: 3 };
    const release = { processes: { web: [], worker: [] }, manifest: null };
    expect(wantedProcesses(app, release, { trial: true })).toEqual({ web: 3, worker: 1 });
  });
});
