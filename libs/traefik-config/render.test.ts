import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderApp } from './app-file.js';
import { parseRouteCounters } from './metrics.js';
import { appIdOfService, appRouterName, appServiceName } from './names.js';
import { renderPlatform } from './platform-file.js';
import { checkedHost, hostRule } from './rule.js';

const app = {
  appId: '0199f0a2-0000-7000-8000-000000000001',
  version: { epoch: 3, generation: 17 },
  hosts: ['hello.apps.localhost', 'www.example.org'],
  instances: [{ address: '10.64.4.5', port: 8000 }],
  entryPoints: ['web'],
};

describe('an app’s file', () => {
  it('sends its hosts, and no others, straight to its instances', () => {
    const { routers, services } = renderApp(app).http;
    const name = 'app-0199f0a2-0000-7000-8000-000000000001';
    expect(routers).toEqual({
      [`${name}-e3g17`]: {
        rule: 'Host(`hello.apps.localhost`) || Host(`www.example.org`)',
        service: name,
        entryPoints: ['web'],
      },
    });
    expect(services).toEqual({
      [name]: {
        loadBalancer: {
          servers: [{ url: 'http://10.64.4.5:8000' }],
          passHostHeader: true,
          serversTransport: 'berth-apps',
        },
      },
    });
  });

  it('has a transport of its own where answers must begin in time', () => {
    const { services, serversTransports } = renderApp({ ...app, requestSeconds: 30 }).http;
    const service = appServiceName(app.appId);
    expect(services?.[service]).toMatchObject({ loadBalancer: { serversTransport: service } });
    const { forwardingTimeouts, ...same } = serversTransports?.[service] ?? {};
    const common = renderPlatform({
      domain: 'b.localhost',
      apiPort: 1,
      activatorPort: 2,
      entryPoints: ['web'],
    }).http.serversTransports?.['berth-apps'];
    expect({ ...same, forwardingTimeouts: { ...forwardingTimeouts, responseHeaderTimeout: '0s' } }).toEqual(
      common,
    );
    expect(forwardingTimeouts?.responseHeaderTimeout).toBe('30s');
  });

  it('tells Traefik what its instances speak', () => {
    const { services } = renderApp({
      ...app,
      instances: [{ address: '10.64.4.5', port: 8000, protocol: 'h2c' }],
    }).http;
    expect(services?.[appServiceName(app.appId)]).toMatchObject({
      loadBalancer: { servers: [{ url: 'h2c://10.64.4.5:8000' }] },
    });
  });

  it('spreads over several instances by load', () => {
    const many = renderApp({ ...app, instances: [...app.instances, { address: '10.64.4.6', port: 8000 }] });
    expect(many.http.services?.[appServiceName(app.appId)]).toMatchObject({
      loadBalancer: { strategy: 'p2c' },
    });
  });

  it.each([
    [{ hosts: [] }, 'no_hosts'],
    [{ instances: [] }, 'no_instances'],
    [{ instances: [{ address: 'evil.example', port: 1 }] }, 'invalid_address'],
    [{ instances: [{ address: '10.64.4.5', port: 0 }] }, 'invalid_address'],
    [{ appId: '../platform' }, 'invalid_id'],
    [{ version: { epoch: -1, generation: 0 } }, 'invalid_version'],
  ])('is refused with %j', (wrong, code) => {
    expect(() => renderApp({ ...app, ...wrong })).toThrow(expect.objectContaining({ code }));
  });
});

describe('host names in rules', () => {
  it.each([
    'a`) || PathPrefix(`/',
    'A.example',
    '*.example',
    'a..b',
    '-a.example',
    'a.example.',
    'a.example:80',
    '',
    'ä.example',
    'a\n.example',
  ])('refuse %j', (host) =>
    expect(() => checkedHost(host)).toThrow(expect.objectContaining({ code: 'invalid_host' })),
  );

  it('whatever is asked for, a rule is nothing but quoted names joined by ||', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.domain(), fc.string()), { minLength: 1, maxLength: 4 }), (hosts) => {
        let rule: string;
        try {
          rule = hostRule(hosts);
        } catch {
          return;
        }
        expect(rule).toMatch(/^Host\(`[a-z0-9.-]+`\)( \|\| Host\(`[a-z0-9.-]+`\))*$/);
      }),
    );
  });
});

describe('names', () => {
  it('of a service lead back to the app, and no other service does', () => {
    expect(appIdOfService(`${appServiceName(app.appId)}@file`)).toBe(app.appId);
    for (const other of ['activator@file', 'platform@file', 'app-x@docker', 'app-@file'])
      expect(appIdOfService(other)).toBeNull();
  });

  it('of routers differ for every version', () => {
    const version = fc.record({ epoch: fc.nat(), generation: fc.nat() });
    fc.assert(
      fc.property(version, version, (a, b) => {
        const same = a.epoch === b.epoch && a.generation === b.generation;
        expect(appRouterName('x', a) === appRouterName('x', b)).toBe(same);
      }),
    );
  });
});

describe('the platform’s file', () => {
  it('outranks every app on its own host and takes what nobody else takes to the activator', () => {
    const { routers } = renderPlatform({
      domain: 'berth.localhost',
      apiPort: 1,
      activatorPort: 2,
      entryPoints: ['web'],
    }).http;
    expect(routers?.['platform']).toMatchObject({ rule: 'Host(`berth.localhost`)', priority: 1_000_000 });
    expect(routers?.['activator']).toMatchObject({ rule: 'PathPrefix(`/`)', priority: 1 });
    const door = '(Host(`berth.localhost`) || Host(`localhost`) || Host(`127.0.0.1`)) && PathPrefix(`/v2/`)';
    expect(routers?.['registry']).toMatchObject({ rule: door, service: 'platform' });
    expect(routers?.['registry-tls']).toMatchObject({ rule: door, service: 'platform', tls: {} });
  });
});

describe('Traefik’s metrics', () => {
  it('are summed per app over codes and methods; other services are left out', () => {
    const text = [
      '# HELP traefik_service_requests_total How many',
      'traefik_service_requests_total{code="200",method="GET",protocol="http",service="app-a@file"} 7',
      'traefik_service_requests_total{code="502",method="POST",protocol="http",service="app-a@file"} 2',
      'traefik_service_requests_total{code="200",method="GET",protocol="http",service="activator@file"} 99',
      'traefik_service_request_duration_seconds_bucket{code="200",method="GET",protocol="http",service="app-a@file",le="0.001"} 3',
      'traefik_service_request_duration_seconds_bucket{code="200",method="GET",protocol="http",service="app-a@file",le="+Inf"} 7',
      'traefik_service_request_duration_seconds_bucket{code="502",method="POST",protocol="http",service="app-a@file",le="+Inf"} 2',
    ].join('\n');
    const counters = parseRouteCounters(text);
    expect([...counters.keys()]).toEqual(['a']);
    expect(counters.get('a')).toMatchObject({ requests: 9, errors: 2 });
    expect(counters.get('a')?.buckets[0]).toBe(3);
    expect(counters.get('a')?.buckets.at(-1)).toBe(9);
  });
});
