import { suites } from '../pins.mjs';
import { baseName } from './base.mjs';
import { environment, install } from './text.mjs';

const [suite] = suites;
/** An empty volume takes over the owner and mode of the folder that it is mounted on. */
const data = 'RUN ["install", "-d", "-o", "1000", "-g", "1000", "-m", "700", "/data"]';

/** Half of the image: what compiles long queries, and is off (libs/buildpack/add-on-scripts.ts). */
const compiler = ['/usr/lib/*/libLLVM*', '/usr/lib/*/libz3*', '/usr/lib/postgresql/*/lib/bitcode'];
const common = { on: baseName(suite), suite, inputs: () => null, fill: async () => {} };
const versions = { postgres: '17', redis: '8.0' };
const path = `/usr/lib/postgresql/${versions.postgres}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;

/** Servers of data that run beside apps: libs/buildpack/add-on.ts says how they are started. */
export const addOns = [
  {
    ...common,
    name: 'postgres',
    version: versions.postgres,
    holds: `PostgreSQL ${versions.postgres} of Debian ${suite}`,
    dockerfile: (from) =>
      [
        `FROM ${from}`,
        install(['postgresql-common']),
        // A database of the image's own would be 40 MB that nobody asks.
        'RUN ["sed", "-i", "s/^#*create_main_cluster.*/create_main_cluster = false/", "/etc/postgresql-common/createcluster.conf"]',
        install([`postgresql-${versions.postgres}`], compiler),
        data,
        // psql in a terminal of the add-on finds its database by itself.
        `ENV ${environment({ PATH: path, PGHOST: '/tmp', PGUSER: 'berth', PGDATABASE: 'berth' })}`,
        '',
      ].join('\n'),
  },
  {
    ...common,
    name: 'redis',
    version: versions.redis,
    holds: `Redis ${versions.redis} of Debian ${suite}`,
    dockerfile: (from) => [`FROM ${from}`, install(['redis-server']), data, ''].join('\n'),
  },
];
