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
  const own = `{ ${networks.map(({ bridge }) => `"${bridge}"`).join(', ')} }`;
  const gates = networks.map(({ bridge, subnet }) => ({ bridge, gateway: gatewayIn(subnet) }));
  const chains = [
    ...chain('begun', 'filter hook prerouting priority -120', networks.map(begun)),
    ...chain('forward', 'filter hook forward priority -10', forward(own, networks, denied)),
    ...chain('input', 'filter hook input priority -10', [`iifname ${own} jump from_team`]),
    ...chain('from_team', null, fromTeam(gates, gatePorts, resolvers)),
    // Before an Engine's own rules for published ports, which would lead port 80 elsewhere.
    ...chain('prerouting', 'nat hook prerouting priority -110', gates.flatMap(leads(gatePorts))),
    ...chain('postrouting', 'nat hook postrouting priority 100', networks.map(masquerade)),
  ];
  return [
    // Adding first makes the delete work on a fresh host too; all of it is one transaction.
    `add table inet ${table}`,
    `delete table inet ${table}`,
    `table inet ${table} {`,
    ...(networks.length === 0 ? [] : chains),
    `}`,
    ``,
  ].join('\n');
}

type Network = FirewallInput['networks'][number];
interface Gate {
  bridge: string;
  gateway: string;
}

/** A chain of rules; `hook` is where the kernel enters it, null for one that others jump to. */
function chain(name: string, hook: string | null, rules: readonly string[]): string[] {
  const head = hook === null ? [] : [`type ${hook}; policy accept;`];
  return [`  chain ${name} {`, ...[...head, ...rules].map((rule) => `    ${rule}`), `  }`];
}

function begun({ bridge }: Network): string {
  return `iifname "${bridge}" ct state new ${over(connectionsPerSecond)} drop`;
}

function forward(own: string, networks: readonly Network[], denied: readonly string[]): string[] {
  return [
    `iifname ${own} ip daddr ${metadata} drop`,
    `iifname ${own} ip daddr ${azure} tcp dport != 53 drop`,
    `iifname ${own} ip6 daddr fd00:ec2::254 drop`,
    ...networks.map(
      ({ bridge }) => `oifname "${bridge}" iifname != "${bridge}" ct state != { established, related } drop`,
    ),
    // Bridges of other engines' networks on this host are no internet either.
    `iifname ${own} oifname "docker0" drop`,
    `iifname ${own} oifname "br-*" drop`,
    // A team's own bridge may lie in a network that is denied.
    ...denied.flatMap((block) => [
      `iifname ${own} oifname != ${own} ip daddr ${block} meta l4proto { tcp, udp } th dport 53 return`,
      `iifname ${own} oifname != ${own} ip daddr ${block} drop`,
    ]),
  ];
}

/** What of the host a team reaches. */
function fromTeam(gates: readonly Gate[], ports: GatePorts, resolvers: readonly string[]): string[] {
  const known = resolvers.filter((address) => addressText.test(address));
  return [
    // Before anything is let in: a flood from one socket counts as one connection that is established.
    ...gates.map((gate) => `${at(gate)} udp dport ${ports.names} ${over(lookupsPerSecond)} drop`),
    `ct state { established, related } return`,
    // `ct status dnat`: by the ports that are led here, not by dialling the activator's own.
    ...gates.flatMap((gate) => [
      `${at(gate)} ct status dnat tcp dport { ${ports.http}, ${ports.names} } return`,
      `${at(gate)} ct status dnat udp dport ${ports.names} return`,
    ]),
    ...known.map((address) => {
      const family = address.includes(':') ? 'ip6' : 'ip';
      return `${family} daddr ${address} meta l4proto { tcp, udp } th dport 53 return`;
    }),
    `drop`,
  ];
}

function leads({ http, names }: GatePorts): (gate: Gate) => string[] {
  return (gate) => [
    `${at(gate)} tcp dport { 80, 8080 } dnat ip to ${gate.gateway}:${http}`,
    `${at(gate)} tcp dport 53 dnat ip to ${gate.gateway}:${names}`,
    `${at(gate)} udp dport 53 dnat ip to ${gate.gateway}:${names}`,
  ];
}

function masquerade({ bridge, subnet }: Network): string {
  return `ip saddr ${subnet} oifname != "${bridge}" masquerade`;
}

function at({ bridge, gateway }: Gate): string {
  return `iifname "${bridge}" ip daddr ${gateway}`;
}

function over(perSecond: number): string {
  return `limit rate over ${perSecond}/second burst ${perSecond} packets`;
}
