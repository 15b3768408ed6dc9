import * as pins from '../pins.mjs';
import { pythonIndex } from './host-network.mjs';
import { environment, install } from './text.mjs';
import { buildStacks, runStacks } from './versions.mjs';
import { wheelProgram } from './wheel-program.mjs';

const versions = [
  { version: '3.13', suite: 'trixie' },
  { version: '3.11', suite: 'bookworm' },
];

/** All authorities that a stack trusts, this host's among them. */
const bundle = '/etc/ssl/certs/ca-certificates.crt';

/** Run Python apps. libpq and the like are what packages built from source link to most. */
export const pythons = runStacks('python', versions, ({ version, suite }) => ({
  holds: `Python ${version} of Debian ${suite}, libpq`,
  dockerfile: (from, { certificates }) =>
    [
      `FROM ${from}`,
      install(['python3', 'libpq5', 'media-types']),
      `ENV ${environment({
        PATH: '/app/.venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        VIRTUAL_ENV: '/app/.venv',
        PYTHONUNBUFFERED: '1',
        PYTHONDONTWRITEBYTECODE: '1',
        // Packages for HTTP, Poetry's too, bring a list of authorities of their own, without this host's.
        ...(certificates.length > 0 && { REQUESTS_CA_BUNDLE: bundle, SSL_CERT_FILE: bundle }),
      })}`,
      '',
    ].join('\n'),
}));

/** Install what Python apps depend on: uv, and compilers for packages that come without a wheel. */
export const pythonBuilds = buildStacks(pythons, ({ version }) => ({
  holds: `Python ${version} with its headers, uv ${pins.uv.version}, gcc, g++, git, libpq headers`,
  inputs: () => [pins.uv],
  facts: async () => ({ index: await pythonIndex() }),
  dockerfile: (from, { index }) =>
    [
      `FROM ${from}`,
      install(['python3-dev', 'gcc', 'g++', 'make', 'git', 'pkg-config', 'libpq-dev', 'libffi-dev']),
      'COPY files/ /',
      `ENV ${environment({
        UV_PYTHON_DOWNLOADS: 'never',
        UV_SYSTEM_CERTS: 'true',
        UV_NO_PROGRESS: '1',
        UV_LINK_MODE: 'copy',
        ...(index && { UV_DEFAULT_INDEX: index }),
      })}`,
      '',
    ].join('\n'),
  fill: (copy, folder) => wheelProgram(copy, pins.uv, folder),
}));
