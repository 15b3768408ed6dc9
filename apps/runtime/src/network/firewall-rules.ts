import { gatewayIn } from '#libs/core/subnet.js';

/** Where the activator listens on the gateway of each team. */
export interface GatePorts {
  http: number;
  names: number;
}

/** What the firewall has to know. */
export interface FirewallInput {
  berthId: string;
  networks: { bridge: string; subnet: string }[];
  /** Resolvers of the host that are addresses of the host itself, so that containers' look-ups reach its INPUT. */
  resolvers: string[];
  gatePorts: GatePorts;
  /** Networks that an administrator keeps apps from (BERTH_EGRESS_DENY). */
  denied: readonly string[];
}

export function tableName(berthId: string): string {
  return `berth_${berthId}`;
}

/** Look-ups (packets a second) that a team may send: a busy app makes tens. More would take the activator's time from everybody. */
const lookupsPerSecond = 2_000;
/** Connections that a team may begin in a second. The kernel has one table for those of all; when it is full nobody gets another. */
const connectionsPerSecond = 2_000;

const bridgeName = /^[a-z0-9]{1,15}$/;
const subnetText = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;
const addressText = /^[0-9a-f.:]+$/;

/** Where clouds tell a machine its secrets: link-local, Alibaba's, Oracle's older one. The build bridge's are in infra/lib/firewall.mjs. */
const metadata = '{ 169.254.0.0/16, 100.100.100.200, 192.0.0.192 }';
/** Azure's is its resolver too. */
const azure = '168.63.129.16';

/**
 * The whole nftables table, replaced in one transaction. A drop ends a packet whatever other tables accept, so this
 * holds beside an Engine's own rules; it accepts nothing that they drop.
 *
 * - into a team's bridge come only answers: no other team, no other network, nobody from outside opens a connection;
 * - out of it go connections to the internet (masqueraded), not to the host and not to a cloud's metadata address;
 * - nor, but for names, to networks that an administrator denies;
 * - of the host a team reaches one thing: on its own gateway's address tcp 80 and 8080 (`http://NAME.internal`) and port 53
 *   (names), which are led to the activator's ports there. So neither a server that the host has on those ports nor the
 *   activator's ports themselves are what a container dials;
 * - within a bridge, and from the host itself, connections are free;
 * - what a team begins is bounded, wherever it goes.
 */
export function firewallRules({ berthId, networks, resolvers, gatePorts, denied }: FirewallInput): string {
  const table = tableName(berthId);
  for (const { bridge, subnet } of networks) {
    if (!bridgeName.test(bridge) || !subnetText.test(subnet))
      throw new Error(`Not a network: ${bridge} ${subnet}`);
  }
  for (const block of denied) if (!subnetText.test(block)) throw new Error(`Not a network: ${block}`);
  const own = networks.map(({ bridge }) => `"${bridge}"`).join(', ');
  const perBridge = networks.flatMap(({ bridge }) => [
    `    oifname "${bridge}" iifname != "${bridge}" ct state != { established, related } drop`,
  ]);
  const gates = networks.map(({ bridge, subnet }) => ({ bridge, gateway: gatewayIn(subnet) }));
  const led = gates.flatMap(({ bridge, gateway }) => {
    const from = `    iifname "${bridge}" ip daddr ${gateway}`;
    return [
      `${from} tcp dport { 80, 8080 } dnat ip to ${gateway}:${gatePorts.http}`,
      `${from} tcp dport 53 dnat ip to ${gateway}:${gatePorts.names}`,
      `${from} udp dport 53 dnat ip to ${gateway}:${gatePorts.names}`,
    ];
  });
  const heard = gates.flatMap(({ bridge, gateway }) => {
    // `ct status dnat`: by the ports above, not by dialling the activator's own.
    const from = `    iifname "${bridge}" ip daddr ${gateway} ct status dnat`;
    return [
      `${from} tcp dport { ${gatePorts.http}, ${gatePorts.names} } return`,
      `${from} udp dport ${gatePorts.names} return`,
    ];
  });
  // Before anything is let in: a flood from one socket counts as one connection that is established.
  const bounded = gates.map(
    ({ bridge, gateway }) =>
      `    iifname "${bridge}" ip daddr ${gateway} udp dport ${gatePorts.names} limit rate over ${lookupsPerSecond}/second burst ${lookupsPerSecond} packets drop`,
  );
  const dns = resolvers
    .filter((address) => addressText.test(address))
    .flatMap((address) => {
      const family = address.includes(':') ? 'ip6' : 'ip';
      return [`    ${family} daddr ${address} meta l4proto { tcp, udp } th dport 53 return`];
    });
  return [
    // Adding first makes the delete work on a fresh host too; all of it is one transaction.
    `add table inet ${table}`,
    `delete table inet ${table}`,
    `table inet ${table} {`,
    ...(networks.length === 0
      ? []
      : [
          `  chain begun {`,
          `    type filter hook prerouting priority -120; policy accept;`,
          ...networks.map(
            ({ bridge }) =>
              `    iifname "${bridge}" ct state new limit rate over ${connectionsPerSecond}/second burst ${connectionsPerSecond} packets drop`,
          ),
          `  }`,
          `  chain forward {`,
          `    type filter hook forward priority -10; policy accept;`,
          `    iifname { ${own} } ip daddr ${metadata} drop`,
          `    iifname { ${own} } ip daddr ${azure} tcp dport != 53 drop`,
          `    iifname { ${own} } ip6 daddr fd00:ec2::254 drop`,
          ...perBridge,
          // Bridges of other engines' networks on this host are no internet either.
          `    iifname { ${own} } oifname "docker0" drop`,
          `    iifname { ${own} } oifname "br-*" drop`,
          // A team's own bridge may lie in a network that is denied.
          ...denied.flatMap((block) => [
            `    iifname { ${own} } oifname != { ${own} } ip daddr ${block} meta l4proto { tcp, udp } th dport 53 return`,
            `    iifname { ${own} } oifname != { ${own} } ip daddr ${block} drop`,
          ]),
          `  }`,
          `  chain input {`,
          `    type filter hook input priority -10; policy accept;`,
          `    iifname { ${own} } jump from_team`,
          `  }`,
          `  chain from_team {`,
          ...bounded,
          `    ct state { established, related } return`,
          ...heard,
          ...dns,
          `    drop`,
          `  }`,
          // Before an Engine's own rules for published ports, which would lead port 80 elsewhere.
          `  chain prerouting {`,
          `    type nat hook prerouting priority -110; policy accept;`,
          ...led,
          `  }`,
          `  chain postrouting {`,
          `    type nat hook postrouting priority 100; policy accept;`,
          ...networks.map(({ bridge, subnet }) => `    ip saddr ${subnet} oifname != "${bridge}" masquerade`),
          `  }`,
        ]),
    `}`,
    ``,
  ].join('\n');
}
