import { Problem } from './problem.mjs';
import { run, which } from './run.mjs';

/** Our build bridge: the daemon's default network, where BuildKit runs the steps of a build. */
export function buildBridge(copy) {
  return `b${copy.id}build`;
}

export function buildTable(copy) {
  return `berth_${copy.id}_build`;
}

/** Where clouds tell a machine its secrets, as in apps/runtime/src/network/firewall-rules.ts. */
const metadata = '169.254.0.0/16, 100.100.100.200, 192.0.0.192';
const azure = '168.63.129.16';

/**
 * Rules of the build bridge, for `nft -f`: builds reach the outside through the host's address, and neither the
 * host's own services (but for `hostServices`: a resolver or proxy that listens on the host) nor the teams' networks nor
 * metadata addresses. Replaces the whole table in one transaction.
 * @param {{ table: string, bridge: string, subnet: string, pool: string,
 *   denied: string[], hostServices: { address: string, port: number, protocol: 'tcp' | 'udp' }[] }} spec
 */
export function buildRules({ table, bridge, subnet, pool, hostServices, denied }) {
  const allowed = hostServices.map(
    ({ address, port, protocol }) =>
      `    iifname "${bridge}" ip daddr ${address} ${protocol} dport ${port} accept`,
  );
  return wholeTable(table, [
    // As for a team: the kernel has one table for the connections of all (apps/runtime/src/network/firewall-rules.ts).
    '  chain begun {',
    '    type filter hook prerouting priority -120; policy accept;',
    `    iifname "${bridge}" ct state new limit rate over 2000/second burst 2000 packets drop`,
    '  }',
    '  chain post {',
    '    type nat hook postrouting priority srcnat; policy accept;',
    `    ip saddr ${subnet} oifname != "${bridge}" masquerade`,
    '  }',
    '  chain input {',
    '    type filter hook input priority filter - 5; policy accept;',
    `    iifname "${bridge}" ct state established,related accept`,
    ...allowed,
    `    iifname "${bridge}" drop`,
    '  }',
    '  chain forward {',
    '    type filter hook forward priority filter - 5; policy accept;',
    `    oifname "${bridge}" ct state established,related accept`,
    `    oifname "${bridge}" drop`,
    `    iifname "${bridge}" ip daddr { ${pool}, ${metadata} } drop`,
    `    iifname "${bridge}" ip daddr ${azure} tcp dport != 53 drop`,
    // Bridges of other engines' networks on this host are no internet either.
    `    iifname "${bridge}" oifname "docker0" drop`,
    `    iifname "${bridge}" oifname "br-*" drop`,
    ...denied.flatMap((block) => [
      `    iifname "${bridge}" ip daddr ${block} meta l4proto { tcp, udp } th dport 53 accept`,
      `    iifname "${bridge}" ip daddr ${block} drop`,
    ]),
    `    iifname "${bridge}" meta nfproto ipv6 drop`,
    '  }',
  ]);
}

/** For `nft -f`: a table with this in it, in place of what it was, in one transaction. */
export function wholeTable(table, lines) {
  // Adding first makes the delete work where there is none.
  return [
    `table inet ${table}`,
    `delete table inet ${table}`,
    `table inet ${table} {`,
    ...lines,
    '}',
    '',
  ].join('\n');
}

/** Loads rules text into the kernel. */
export async function loadRules(text) {
  await run('nft', ['-f', '-'], { input: text, env: sbinEnv() }).catch((cause) => {
    throw new Problem({
      what: 'The firewall rules that keep builds apart could not be loaded.',
      why: `nft said: ${cause.message.slice(-300)}.`,
      fix: 'Berth needs root (or CAP_NET_ADMIN) and a kernel with nf_tables.',
      cause,
    });
  });
}

export async function removeTable(name) {
  if (!(await which('nft'))) return;
  await run('nft', ['delete', 'table', 'inet', name], { env: sbinEnv() }).catch(() => '');
}

/** Names of all `inet` tables of one copy, the runtime's included. */
export async function tablesOf(id) {
  const text = await run('nft', ['list', 'tables', 'inet'], { env: sbinEnv() }).catch(() => '');
  return [...text.matchAll(/^table inet (\S+)$/gm)]
    .map((match) => match[1])
    .filter((name) => name === `berth_${id}` || name.startsWith(`berth_${id}_`));
}

/** PATH with the sbin folders, which a login shell of Debian may lack. */
export function sbinEnv() {
  return { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
}
