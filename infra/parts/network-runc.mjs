import { join } from 'node:path';
import { writeAtomic } from '../lib/files.mjs';

/** The name under which our Engine knows it, and libs/engine/docker/own-network.ts asks for it. */
export const runtimeName = 'berth';

/**
 * The runtime of apps' containers: runc, but a container that is created gets the network namespace and the name files that
 * Berth made for it beforehand. The Engine knows that container as one without a network, so that its specification has a
 * namespace without a path, which is given one here; whoever has none made does not start.
 */
export async function writeNetworkRunc(folder) {
  await writeAtomic(networkRunc(folder), script(join(folder, 'networks')), 0o755);
}

export function networkRunc(folder) {
  return join(folder, 'berth-runc');
}

function script(networks) {
  return `#!/bin/sh
# Written by Berth at each start (infra/parts/network-runc.mjs).
set -eu
bundle= last= id=
for word in "$@"; do
  if [ "$last" = --bundle ]; then bundle=$word; fi
  last=$word
  id=$word
done
if [ -n "$bundle" ]; then
  for made in '${networks}'/*/"$id"; do
    if [ ! -e "$made/net" ]; then
      echo "berth-runc: no network was made for $id" >&2
      exit 1
    fi
    file() { printf '{"destination":"/etc/%s","type":"bind","source":"%s/%s","options":["bind","rprivate","ro"]},' "$1" "$made" "$1"; }
    sed -i \\
      -e "s|{\\"type\\":\\"network\\"}|{\\"type\\":\\"network\\",\\"path\\":\\"$made/net\\"}|" \\
      -e "s|\\"mounts\\":\\[|&$(file hosts)$(file resolv.conf)|" \\
      "$bundle/config.json"
    grep -qF "$made/net" "$bundle/config.json"
  done
fi
exec runc "$@"
`;
}
