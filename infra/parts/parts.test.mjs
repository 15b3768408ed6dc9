import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { edgeBuckets as contractBuckets } from '#libs/contracts/edge.js';
import { envSchema } from '#libs/config/env.js';
import { formatEnv, parseEnv } from '../service-env.mjs';
import { handedOn, readSettings } from '../settings.mjs';
import { sameVersions } from '../steps/packages.mjs';
import { nodeIsNew } from '../steps/node24.mjs';
import { answerOf } from '../steps/first-admin.mjs';
import { daemonConfig } from './docker.mjs';
import { gateRules } from './edge-gate.mjs';
import { everything } from './part.mjs';
import { startupPacket, unprivilegedUid } from './postgres.mjs';
import { configuration, edgeBuckets } from './traefik.mjs';

const copy = {
  id: 'abc123',
  home: '/srv/berth',
  runDir: '/srv/berth/run',
  ports: { traefik: 20001, registry: 20002 },
  state: { buildSubnet: '10.200.1.0/24', pool: '10.64.0.0/14', parts: {} },
  settings: readSettings({ BERTH_DOCKER_MIRRORS: 'https://one.example, http://two.example:5000' }),
  path: (...parts) => ['/srv/berth', ...parts].join('/'),
};

describe('parts', () => {
  it('all look the same to the supervisor', () => {
    for (const part of everything) {
      for (const method of ['find', 'prepare', 'command', 'ready'])
        expect(part[method], `${part.name}.${method}`).toBeTypeOf('function');
      expect(part.stop.graceMs, part.name).toBeGreaterThan(0);
    }
    expect(new Set(everything.map((part) => part.name)).size).toBe(everything.length);
  });
});

describe('our Docker daemon', () => {
  const config = daemonConfig(copy);

  it('keeps everything under the state directory and its hands off the firewall', () => {
    expect(config['data-root']).toMatch(/^\/srv\/berth\//);
    expect(config.hosts).toEqual(['unix:///srv/berth/run/docker.sock']);
    expect([config.iptables, config['ip-masq']]).toEqual([false, false]);
    expect(config.bridge.length).toBeLessThanOrEqual(15);
  });

  it('lets containers outlive it, caps their logs and its build cache', () => {
    expect(config['live-restore']).toBe(true);
    expect(config['log-opts']['max-size']).toBeDefined();
    expect(config.builder.gc.enabled).toBe(true);
  });

  it('allows plain HTTP to exactly the mirrors that are asked for by it', () => {
    expect(config['registry-mirrors']).toEqual(['https://one.example', 'http://two.example:5000']);
    expect(config['insecure-registries']).toEqual(['two.example:5000']);
  });
});

describe('Traefik', () => {
  it('is kept from visitors of its own address and port alone, and not for ever', () => {
    const rules = (bind) => gateRules('berth_abc123_edge', { bind, port: 8080 });
    expect(rules('192.0.2.7')).toContain(' ip daddr 192.0.2.7 tcp dport @shut ');
    expect(rules('0.0.0.0')).not.toContain('daddr');
    expect(rules('::1')).toContain(' ip6 daddr ::1 tcp dport @shut ');
    expect(rules('0.0.0.0')).toMatch(/elements = \{ 8080 timeout \d+s \}/);
  });

  it('measures requests in the same buckets as the activator', () => {
    expect(edgeBuckets).toEqual([...contractBuckets]);
  });

  it('listens for visitors where it is told to, and for us on loopback only', () => {
    const { entryPoints } = configuration(copy);
    expect(entryPoints.web.address).toBe('127.0.0.1:8080');
    expect(entryPoints.traefik.address).toBe('127.0.0.1:20001');
  });
});

describe('settings', () => {
  it('hand on only variables that the services know', () => {
    for (const name of handedOn) expect(Object.keys(envSchema.shape)).toContain(name);
  });

  it('prefer the environment, then the last start, then the default', () => {
    expect(readSettings({}, {}).port).toBe(8080);
    expect(readSettings({}, { port: 8090 }).port).toBe(8090);
    expect(readSettings({ BERTH_PORT: '9000' }, { port: 8090 }).port).toBe(9000);
  });

  it('go back to the default when they are set to nothing, and refuse what is no network', () => {
    const saved = { handedOn: { BERTH_EGRESS_DENY: '10.0.0.0/8', LOG_LEVEL: 'warn' } };
    expect(readSettings({ BERTH_EGRESS_DENY: '' }, saved).handedOn).toEqual({ LOG_LEVEL: 'warn' });
    for (const wrong of ['10.0.0.0', 'fd00::/8', '10.0.0.0/8 192.168.0.0/16', '10.0.0.0/33'])
      expect(() => readSettings({ BERTH_EGRESS_DENY: wrong })).toThrow(/no block of IPv4 addresses/);
  });

  it.each(['0', '65536', 'http', '80.5'])('refuse the port %s in a sentence', (port) => {
    expect(() => readSettings({ BERTH_PORT: port })).toThrow(/BERTH_PORT is .* Set it to a number/);
  });

  it.each(['-a.example', 'Ä.example', 'a b', 'http://a.example', 'a..b'])(
    'refuse the domain %s',
    (domain) => {
      expect(() => readSettings({ BERTH_DOMAIN: domain })).toThrow(/not a host name/);
    },
  );
});

describe('environment files', () => {
  it('give back what went in', () => {
    const env = { A: 'x=y z', B: '', C: 'postgres://u:p@h/d?x=1' };
    expect(parseEnv(formatEnv(env))).toEqual(env);
  });

  it('refuse values that would become another line', () => {
    expect(() => formatEnv({ A: 'x\nB=y' })).toThrow(/A holds a line break/);
  });
});

describe('packages', () => {
  const locked = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0', optional: true },
  };

  it('count as installed only in the locked version; optional ones may be absent', () => {
    expect(sameVersions(locked, { 'node_modules/a': { version: '1.0.0' } })).toBe(true);
    expect(sameVersions(locked, { 'node_modules/a': { version: '1.0.1' } })).toBe(false);
    expect(sameVersions(locked, {})).toBe(false);
    expect(
      sameVersions(locked, {
        'node_modules/a': { version: '1.0.0' },
        'node_modules/b': { version: '1.0.0' },
      }),
    ).toBe(false);
  });
});

describe('Node', () => {
  it.each([
    ['v20.20.2', false],
    ['v22.1.0', false],
    ['v24.0.0', true],
    ['v26.1.0', true],
  ])('%s is new enough: %s', (version, isNew) => {
    expect(nodeIsNew(version)).toBe(isNew);
  });
});

describe('Postgres', () => {
  it('runs as a user that has a name and is not root', () => {
    expect(unprivilegedUid('root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n')).toBe(65_534);
    expect(unprivilegedUid('root:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/:/bin/false\n')).toBe(1);
  });

  it('is greeted with a well-formed start-up packet', () => {
    const packet = startupPacket('berth');
    expect(packet.readUInt32BE(0)).toBe(packet.length);
    expect(packet.readUInt32BE(4)).toBe(196_608);
    expect(packet.subarray(-2)).toEqual(Buffer.from([0, 0]));
  });
});

describe('first administrator', () => {
  it('is read from the last line, whatever was printed before', () => {
    expect(answerOf('warning: x\n{"email":"a@b","password":"p","token":"t"}\n')).toEqual({
      email: 'a@b',
      password: 'p',
      token: 't',
    });
    expect(() => answerOf('{"email":"a@b"}')).toThrow(/no e-mail or token/);
  });
});

describe('no host of a registry is written into infra', () => {
  it.each(['../pins.mjs', '../steps/node24.mjs', '../steps/wheel.mjs', '../stacks/debian-mirror.mjs'])(
    '%s',
    async (file) => {
      const text = await readFile(new URL(file, import.meta.url), 'utf8');
      expect(text).not.toMatch(/https?:\/\/(?!\$)[a-z0-9-]+\.[a-z]/);
    },
  );
});
