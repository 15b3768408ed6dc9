import { describe, expect, it } from 'vitest';
import { buildRules } from './firewall.mjs';

const spec = {
  table: 'berth_abc123_build',
  bridge: 'babc123build',
  subnet: '10.200.1.0/24',
  pool: '10.64.0.0/14',
  hostServices: [{ address: '192.0.2.7', port: 53, protocol: 'udp' }],
  denied: ['192.168.0.0/16'],
};

describe('rules of the build bridge', () => {
  const rules = buildRules(spec);
  const chain = (name) =>
    rules
      .slice(rules.indexOf(`chain ${name}`))
      .split('}\n')[0]
      .split('\n')
      .map((line) => line.trim());

  it('replaces its own table whole, and names no other', () => {
    expect(rules.startsWith('table inet berth_abc123_build\ndelete table inet berth_abc123_build\n')).toBe(
      true,
    );
    expect(new Set([...rules.matchAll(/table inet (\S+)/g)].map((match) => match[1]))).toEqual(
      new Set(['berth_abc123_build']),
    );
  });

  it('lets a build reach only the named services of the host, and drops the rest after them', () => {
    const input = chain('input').filter((line) => line.includes('babc123build'));
    expect(input.at(-1)).toBe('iifname "babc123build" drop');
    expect(
      input.slice(0, -1).every((line) => line.includes('established') || line.includes('192.0.2.7')),
    ).toBe(true);
  });

  it('bounds the connections that builds begin', () => {
    expect(chain('begun')).toContain(
      'iifname "babc123build" ct state new limit rate over 2000/second burst 2000 packets drop',
    );
  });

  it('keeps builds from team networks and metadata addresses, and everybody from builds', () => {
    const forward = chain('forward');
    expect(forward).toContain(
      'iifname "babc123build" ip daddr { 10.64.0.0/14, 169.254.0.0/16, 100.100.100.200, 192.0.0.192 } drop',
    );
    expect(forward).toContain('iifname "babc123build" ip daddr 168.63.129.16 tcp dport != 53 drop');
    expect(forward).toContain('iifname "babc123build" oifname "docker0" drop');
    expect(forward).toContain('oifname "babc123build" drop');
    expect(forward).toContain('iifname "babc123build" ip daddr 192.168.0.0/16 drop');
  });
});
