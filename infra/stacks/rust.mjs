import { suites } from '../pins.mjs';
import { environment, install } from './text.mjs';

const [suite] = suites;
const version = '1.85';

/** What crates are compiled and linked with besides Rust. */
const tools = [
  ...['gcc', 'g++', 'libc6-dev', 'make', 'cmake', 'pkg-config', 'git'],
  ...['libssl-dev', 'libpq-dev', 'libsqlite3-dev', 'protobuf-compiler'],
];
const settings = { CARGO_TERM_PROGRESS_WHEN: 'never', CARGO_NET_GIT_FETCH_WITH_CLI: 'true' };

/** Compiles Rust programs with Debian's cargo. */
export const rustBuild = {
  name: 'rust-build',
  on: 'base',
  version,
  holds: `Rust ${version} and cargo of Debian ${suite}, gcc, OpenSSL and libpq headers`,
  inputs: () => null,
  dockerfile: (from) =>
    [`FROM ${from}`, install(['cargo', 'rustc', ...tools]), `ENV ${environment(settings)}`, ''].join('\n'),
  fill: async () => {},
};

/** Compiles them with another Rust, which rustup fetches when an app is built. */
export const rustupBuild = {
  name: 'rustup-build',
  on: 'base',
  version: '1.27',
  holds: `rustup of Debian ${suite}, gcc, OpenSSL and libpq headers`,
  inputs: () => null,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      install(['rustup', ...tools]),
      `ENV ${environment({ ...settings, RUSTUP_HOME: '/home/app/.rustup' })}`,
      '',
    ].join('\n'),
  fill: async () => {},
};

/** Runs compiled programs that link to what Debian has: Rust's most often need the C library and OpenSSL. */
export const native = {
  name: 'native',
  on: 'base',
  version: suite,
  holds: `Debian ${suite} with OpenSSL, libpq, SQLite, libstdc++`,
  inputs: () => null,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      install(['libssl3t64', 'libpq5', 'libsqlite3-0', 'libstdc++6']),
      `ENV ${environment({ PATH: '/app/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' })}`,
      '',
    ].join('\n'),
  fill: async () => {},
};
