import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../port.js';
import { createOptions } from './create-options.js';

const spec: ContainerSpec = {
  name: 'berth-abc123-shop-r3-1a2b',
  image: '127.0.0.1:5000/apps/1@sha256:00',
  command: [],
  env: { PORT: '8080', GREETING: 'a=b c' },
  labels: { 'berth.id': 'abc123' },
  network: 'berth-abc123-team',
  address: '10.64.0.7',
  limits: { memoryMb: 512, cpus: 0.5, pids: 256 },
  graceSeconds: 10,
};

const anySpec = fc.record({
  name: fc.stringMatching(/^[a-zA-Z0-9_.-]{1,90}$/),
  image: fc.string(),
  command: fc.array(fc.string()),
  env: fc.dictionary(fc.stringMatching(/^[A-Z_]{1,9}$/), fc.string()),
  labels: fc.dictionary(fc.string(), fc.string()),
  network: fc.string({ minLength: 1 }),
  address: fc.ipV4(),
  limits: fc.record({
    memoryMb: fc.integer({ min: 16, max: 65536 }),
    cpus: fc.double({ min: 0.05, max: 16, noNaN: true }),
    pids: fc.integer({ min: 16, max: 4096 }),
  }),
  graceSeconds: fc.integer({ min: 1, max: 300 }),
});

describe('hardening baseline', () => {
  it('holds for whatever a tenant asks for', () => {
    fc.assert(
      fc.property(anySpec, (asked) => {
        const host = createOptions(asked, null).HostConfig ?? {};
        expect(host).toMatchObject({
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges'],
          Privileged: false,
          Init: true,
          PidsLimit: asked.limits.pids,
          CgroupnsMode: 'private',
          IpcMode: 'private',
          RestartPolicy: { Name: 'no' },
          AutoRemove: false,
        });
        expect(host.MemorySwap).toBe(host.Memory);
        expect(host.Memory).toBe(asked.limits.memoryMb * 1024 * 1024);
        expect(host.OomScoreAdj).toBeGreaterThan(0);
        expect(host.Ulimits).toEqual([{ Name: 'nofile', Soft: 16384, Hard: 16384 }]);
        for (const never of [
          'Binds',
          'Mounts',
          'Devices',
          'DeviceRequests',
          'CapAdd',
          'PidMode',
          'UTSMode',
          'UsernsMode',
          'VolumesFrom',
          'PortBindings',
          'Sysctls',
          'GroupAdd',
        ])
          expect(host).not.toHaveProperty(never);
      }),
    );
  });

  it('caps the log that the Engine keeps', () => {
    expect(createOptions(spec, null).HostConfig?.LogConfig).toEqual({
      Type: 'local',
      Config: { 'max-size': '10m', 'max-file': '2' },
    });
  });

  it('leaves stdin closed', () => {
    expect(createOptions(spec, null)).toMatchObject({ OpenStdin: false, AttachStdin: false, Tty: false });
  });

  it("keeps the image's own command when none is given, and drops its entry point when one is", () => {
    expect(createOptions(spec, null)).not.toHaveProperty('Cmd');
    expect(createOptions(spec, null)).not.toHaveProperty('Entrypoint');
    expect(createOptions({ ...spec, command: ['node', 'server.js'] }, null)).toMatchObject({
      Cmd: ['node', 'server.js'],
      Entrypoint: [],
    });
  });

  it('attaches to one network at the address that Berth chose', () => {
    const options = createOptions(spec, null);
    expect(options.HostConfig?.NetworkMode).toBe(spec.network);
    expect(options.NetworkingConfig?.EndpointsConfig).toEqual({
      [spec.network]: { IPAMConfig: { IPv4Address: '10.64.0.7' } },
    });
  });

  it('asks the name servers that Berth chose, and the Engine’s own where it chose none', () => {
    expect(createOptions({ ...spec, dns: ['10.64.0.1', '192.0.2.53'] }, null).HostConfig?.Dns).toEqual([
      '10.64.0.1',
      '192.0.2.53',
    ]);
    expect(createOptions(spec, null).HostConfig).not.toHaveProperty('Dns');
  });

  it('mounts volumes by their names, and nothing of the host', () => {
    const volumes = [{ name: 'berth-abc123-1', path: '/app/data', labels: {} }];
    expect(createOptions({ ...spec, volumes }, null).HostConfig?.Mounts).toEqual([
      { Type: 'volume', Source: 'berth-abc123-1', Target: '/app/data' },
    ]);
  });

  it('passes environment values unchanged', () => {
    expect(createOptions(spec, null).Env).toEqual(['PORT=8080', 'GREETING=a=b c']);
  });

  it('gives a host name that is one', () => {
    fc.assert(
      fc.property(anySpec, (asked) => {
        const name = createOptions(asked, null).Hostname ?? '';
        return name === '' || /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name);
      }),
    );
  });
});
