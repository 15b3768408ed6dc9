import { describe, expect, it } from 'vitest';
import { firewallRules } from './firewall-rules.js';

const input = {
  berthId: 'abc123',
  networks: [
    { bridge: 'babc123t0', subnet: '10.64.0.0/22' },
    { bridge: 'babc123t1', subnet: '10.64.4.0/22' },
  ],
  resolvers: ['10.0.0.5'],
  gatePorts: { http: 3081, names: 10053 },
  denied: ['10.0.0.0/8', '192.168.0.0/16'],
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

  it('bound what each team begins by itself, so that nobody fills the kernel’s table of connections', () => {
    for (const { bridge } of input.networks)
      expect(firewallRules(input)).toContain(
        `iifname "${bridge}" ct state new limit rate over 2000/second burst 2000 packets drop`,
      );
  });

  it('keep teams off the host, but for its resolver, and off metadata addresses', () => {
    const rules = firewallRules(input);
    const chain = rules.slice(rules.indexOf('chain from_team'));
    expect(chain.indexOf('daddr 10.0.0.5')).toBeLessThan(chain.indexOf('    drop'));
    expect(rules).toContain('ip daddr { 169.254.0.0/16, 100.100.100.200, 192.0.0.192 } drop');
    expect(rules).toContain('ip daddr 168.63.129.16 tcp dport != 53 drop');
    expect(rules).toContain('fd00:ec2::254');
  });

  it('keep teams out of denied networks, but for names, and not from each other’s instances in one', () => {
    const from = 'iifname { "babc123t0", "babc123t1" } oifname != { "babc123t0", "babc123t1" }';
    const rules = firewallRules(input)
      .split('\n')
      .map((line) => line.trim());
    for (const block of input.denied) {
      const names = rules.indexOf(`${from} ip daddr ${block} meta l4proto { tcp, udp } th dport 53 return`);
      expect(names).toBeGreaterThan(0);
      expect(rules[names + 1]).toBe(`${from} ip daddr ${block} drop`);
    }
    expect(() => firewallRules({ ...input, denied: ['1.2.3.4/8; flush ruleset'] })).toThrow('Not a network');
  });

  it('lead a team’s calls and look-ups at its own gateway to the activator, and let it dial nothing else there', () => {
    const rules = firewallRules(input).split('\n');
    const gateways = { babc123t0: '10.64.0.1', babc123t1: '10.64.4.1' };
    for (const [bridge, gateway] of Object.entries(gateways)) {
      const own = rules
        .filter((line) => line.includes(`iifname "${bridge}" ip daddr`))
        .map((line) => line.trim());
      const at = `iifname "${bridge}" ip daddr ${gateway}`;
      expect(own).toEqual([
        `${at} udp dport 10053 limit rate over 2000/second burst 2000 packets drop`,
        `${at} ct status dnat tcp dport { 3081, 10053 } return`,
        `${at} ct status dnat udp dport 10053 return`,
        `${at} tcp dport { 80, 8080 } dnat ip to ${gateway}:3081`,
        `${at} tcp dport 53 dnat ip to ${gateway}:10053`,
        `${at} udp dport 53 dnat ip to ${gateway}:10053`,
      ]);
    }
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
