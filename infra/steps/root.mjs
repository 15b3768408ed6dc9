import { Problem } from '../lib/problem.mjs';

/** Berth makes bridges, firewall rules and cgroups: only root may. */
export function requireRoot(uid = process.getuid?.()) {
  if (process.platform !== 'linux') {
    throw new Problem({
      what: `Berth runs on Linux, and this is ${process.platform}.`,
      fix: 'Use a Linux machine or a virtual one (Debian or Ubuntu).',
    });
  }
  if (uid === 0) return;
  throw new Problem({
    what: 'Berth needs root, and you are not root.',
    why: 'It installs Debian packages, runs a Docker Engine and sets up bridges and firewall rules for the apps.',
    fix: 'Run the same command with sudo (or, in a container or virtual machine, become root first).',
  });
}
