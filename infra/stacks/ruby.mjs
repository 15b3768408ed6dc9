import * as pins from '../pins.mjs';
import { environment, install } from './text.mjs';

const version = '3.3';

/**
 * Runs Ruby apps. Debian's own gems for the web are in it: a Gemfile that asks for no other needs no registry of gems, which not every
 * host can reach.
 */
export const ruby = {
  name: 'ruby',
  on: 'base',
  version,
  holds: `Ruby ${version} of Debian ${pins.base.suite}, Bundler, and the gems puma, rack, rackup, sinatra`,
  inputs: () => null,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      install([
        ...['ruby', 'bundler', 'puma', 'ruby-rack', 'ruby-rackup', 'ruby-sinatra'],
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
  fill: async () => {},
};

/** Installs gems, those that are compiled too. */
export const rubyBuild = {
  name: 'ruby-build',
  on: 'ruby',
  version,
  holds: `Ruby ${version} with its headers, gcc, g++, git, libpq, SQLite and libyaml headers`,
  inputs: () => null,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      install([
        ...['ruby-dev', 'gcc', 'g++', 'make', 'patch', 'git', 'pkg-config'],
        ...['libpq-dev', 'libsqlite3-dev', 'libyaml-dev', 'libffi-dev', 'libssl-dev', 'zlib1g-dev'],
      ]),
      '',
    ].join('\n'),
  fill: async () => {},
};
