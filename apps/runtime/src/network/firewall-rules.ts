/** What the firewall has to know. */
export interface FirewallInput {
  berthId: string;
  networks: { bridge: string; subnet: string }[];
  /** Resolvers of the host that are addresses of the host itself, so that containers' look-ups reach its INPUT. */
  resolvers: string[];
}

export function tableName(berthId: string): string {
  return `berth_${berthId}`;
}

const bridgeName = /^[a-z0-9]{1,15}$/;
const subnetText = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;
const addressText = /^[0-9a-f.:]+$/;

/**
 * The whole nftables table, replaced in one transaction. A drop ends a packet whatever other tables accept, so this
 * holds beside an Engine's own rules; it accepts nothing that they drop.
 *
 * - into a team's bridge come only answers: no other team, no other network, nobody from outside opens a connection;
 * - out of it go connections to the internet (masqueraded), not to the host and not to a cloud's metadata address;
 * - within a bridge, and from the host itself, connections are free.
 */
export function firewallRules({ berthId, networks, resolvers }: FirewallInput): string {
  const table = tableName(berthId);
  for (const { bridge, subnet } of networks) {
    if (!bridgeName.test(bridge) || !subnetText.test(subnet))
      throw new Error(`Not a network: ${bridge} ${subnet}`);
  }
  const own = networks.map(({ bridge }) => `"${bridge}"`).join(', ');
  const perBridge = networks.flatMap(({ bridge }) => [
    `    oifname "${bridge}" iifname != "${bridge}" ct state != { established, related } drop`,
  ]);
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
          `  chain forward {`,
          `    type filter hook forward priority -10; policy accept;`,
          `    iifname { ${own} } ip daddr 169.254.0.0/16 drop`,
          `    iifname { ${own} } ip6 daddr fd00:ec2::254 drop`,
          ...perBridge,
          // Bridges of other engines' networks on this host are no internet either.
          `    iifname { ${own} } oifname "docker0" drop`,
          `    iifname { ${own} } oifname "br-*" drop`,
          `  }`,
          `  chain input {`,
          `    type filter hook input priority -10; policy accept;`,
          `    iifname { ${own} } jump from_team`,
          `  }`,
          `  chain from_team {`,
          `    ct state { established, related } return`,
          ...dns,
          `    drop`,
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
