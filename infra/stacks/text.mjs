/** `NAME="value" …` for an ENV line; Dockerfile quoting. */
export function environment(env) {
  return Object.entries(env)
    .map(([name, value]) => `${name}="${value.replace(/[\\"$]/g, '\\$&')}"`)
    .join(' ');
}

const archives = '--mount=type=cache,id=berth-stacks-apt,target=/var/cache/apt,sharing=locked';
const lists = '--mount=type=cache,id=berth-stacks-apt-lists,target=/var/lib/apt/lists,sharing=locked';

// An image is whole or it is not there: syncing each file to disk on the way only takes time.
const apt =
  'apt-get -q -o Acquire::Retries=2 -o Acquire::http::Timeout=30 -o Dpkg::Options::=--force-unsafe-io';

/** The RUN line that prints what Debian has newer than what is installed. */
export function simulateUpgrade() {
  return `RUN ${archives} ${lists} ${JSON.stringify(['/bin/sh', '-ec', `${apt} update && ${apt} -s dist-upgrade`])}`;
}

/**
 * The RUN line that installs Debian packages, all at once; downloads and lists stay out of the image and are there for the
 * next stack. One command, not two: a cached `update` would leave an emptied list behind.
 * @param {string[]} packages names that we wrote down ourselves
 * @param {string[]} [spared] what of them is not to be part of the image: paths, as the shell expands them
 */
export function install(packages, spared = []) {
  for (const name of packages)
    if (!/^[a-z0-9][a-z0-9+.-]+$/.test(name)) throw new Error(`${name} is no name of a Debian package.`);
  // Debian's Java links its manuals into a folder that is not there in an image without manuals, and fails.
  const script = `mkdir -p /usr/share/man/man1 && ${apt} update && DEBIAN_FRONTEND=noninteractive ${apt} -y --no-install-recommends install ${packages.join(' ')}${spared.length > 0 ? ` && rm -r ${spared.join(' ')}` : ''}`;
  return `RUN ${archives} ${lists} ${JSON.stringify(['/bin/sh', '-ec', script])}`;
}
