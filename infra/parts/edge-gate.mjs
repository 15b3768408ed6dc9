import { loadRules, removeTable, wholeTable } from '../lib/firewall.mjs';

/** It opens by itself after this, whatever becomes of us: what a visitor hears then is better than nothing. */
const longest = '10s';

/**
 * Keeps visitors waiting until Traefik knows its routes: it takes requests from the moment it listens, and answers 404 until it has read its files
 * (traefik#7347). The packet that opens a connection is dropped; the visitor's kernel sends it again a second later. Without nftables they are let through.
 */
export async function shutEdge(copy) {
  await loadRules(gateRules(tableOf(copy), copy.settings)).catch(() => {});
}

export async function openEdge(copy) {
  await removeTable(tableOf(copy));
}

/** For `nft -f`. */
export function gateRules(table, { bind, port }) {
  const everywhere = bind === '0.0.0.0' || bind === '::';
  const here = everywhere ? '' : `${bind.includes(':') ? 'ip6' : 'ip'} daddr ${bind} `;
  return wholeTable(table, [
    '  set shut {',
    '    type inet_service; flags timeout;',
    `    elements = { ${port} timeout ${longest} }`,
    '  }',
    '  chain input {',
    '    type filter hook input priority raw; policy accept;',
    `    ${here}tcp dport @shut tcp flags & (syn | ack) == syn drop`,
    '  }',
  ]);
}

function tableOf(copy) {
  return `berth_${copy.id}_edge`;
}
