import * as pins from '../pins.mjs';
import { environment, install } from './text.mjs';

const version = '8.4';
const extensions = [
  'bcmath',
  'curl',
  'gd',
  'intl',
  'mbstring',
  'mysql',
  'opcache',
  'pgsql',
  'redis',
  'soap',
  'sqlite3',
  'xml',
  'zip',
];

/** Serves PHP apps with Apache, whose .htaccess most of them bring. */
export const php = {
  name: 'php',
  on: 'base',
  version,
  holds: `PHP ${version} of Debian ${pins.base.suite} with ${extensions.join(', ')}; Apache`,
  inputs: () => null,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      install([
        'apache2',
        `libapache2-mod-php${version}`,
        'php-cli',
        ...extensions.map((name) => `php${version}-${name}`.replace('8.4-redis', '-redis')),
      ]),
      '',
    ].join('\n'),
  fill: async () => {},
};

/** Installs what PHP apps depend on. */
export const phpBuild = {
  name: 'php-build',
  on: 'php',
  version,
  holds: `PHP ${version}, Composer, git`,
  inputs: () => null,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      install(['composer', 'git', 'unzip']),
      `ENV ${environment({ COMPOSER_NO_INTERACTION: '1' })}`,
      '',
    ].join('\n'),
  fill: async () => {},
};
