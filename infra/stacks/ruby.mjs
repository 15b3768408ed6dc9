import { environment, install } from './text.mjs';
import { buildStacks, runStacks } from './versions.mjs';

const versions = [
  { version: '3.3', suite: 'trixie' },
  { version: '3.1', suite: 'bookworm' },
];

/**
 * Run Ruby apps. Debian's own gems for the web are in them: a Gemfile that asks for no other needs no registry of gems, which not every
 * host can reach.
 */
export const rubies = runStacks('ruby', versions, ({ version, suite }) => ({
  holds: `Ruby ${version} of Debian ${suite}, Bundler, and the gems puma, rack, sinatra`,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      install([
        ...['ruby', 'bundler', 'puma', 'ruby-rack'],
        // A gem of its own since Rack 3.
        ...(suite === 'bookworm' ? [] : ['ruby-rackup']),
        'ruby-sinatra',
        ...['libpq5', 'libsqlite3-0', 'libyaml-0-2', 'media-types'],
      ]),
      `ENV ${environment({
        GEM_HOME: '/home/app/gems',
        PATH: '/home/app/gems/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        // A repository's .bundle/config is about its author's machine.
        BUNDLE_APP_CONFIG: '/home/app/.bundle',
        BUNDLE_WITHOUT: 'development:test',
        MALLOC_ARENA_MAX: '2',
      })}`,
      '',
    ].join('\n'),
}));

/** Install gems, those that are compiled too. */
export const rubyBuilds = buildStacks(rubies, ({ version }) => ({
  holds: `Ruby ${version} with its headers, gcc, g++, git, libpq, SQLite and libyaml headers`,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      install([
        ...['ruby-dev', 'gcc', 'g++', 'make', 'patch', 'git', 'pkg-config'],
        ...['libpq-dev', 'libsqlite3-dev', 'libyaml-dev', 'libffi-dev', 'libssl-dev', 'zlib1g-dev'],
      ]),
      '',
    ].join('\n'),
}));
