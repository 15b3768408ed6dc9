import { describe, expect, it } from 'vitest';
import { firewallRules } from './firewall-rules.js';

const input = {
  berthId: 'abc123',
  networks: [
    { bridge: 'babc123t0', subnet: '10.64.0.0/22' },
    { bridge: 'babc123t1', subnet: '10.64.4.0/22' },
  ],
  resolvers: ['10.0.0.5'],
};

describe('firewall rules', () => {
  it('replace the whole table in one transaction', () => {
    const lines = firewallRules(input).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'add table inet berth_abc123',
      'delete table inet berth_abc123',
      'table inet berth_abc123 {',
    ]);
  });

  it('let nobody open a connection into a team bridge from another interface', () => {
    for (const { bridge } of input.networks) {
      expect(firewallRules(input)).toContain(
        `oifname "${bridge}" iifname != "${bridge}" ct state != { established, related } drop`,
      );
    }
  });

  it('keep teams off the host, but for its resolver, and off metadata addresses', () => {
    const rules = firewallRules(input);
    const chain = rules.slice(rules.indexOf('chain from_team'));
    expect(chain.indexOf('daddr 10.0.0.5')).toBeLessThan(chain.indexOf('    drop'));
    expect(rules).toContain('ip daddr 169.254.0.0/16 drop');
    expect(rules).toContain('fd00:ec2::254');
  });

  it('are an empty table while there is no network', () => {
    expect(firewallRules({ ...input, networks: [] })).not.toContain('chain');
  });

  it('refuse names that are no bridge or subnet', () => {
    expect(() =>
      firewallRules({ ...input, networks: [{ bridge: 'x"; drop', subnet: '10.0.0.0/22' }] }),
    ).toThrow();
    expect(() =>
      firewallRules({ ...input, networks: [{ bridge: 'b1', subnet: '10.0.0.0/22; flush' }] }),
    ).toThrow();
  });
});
