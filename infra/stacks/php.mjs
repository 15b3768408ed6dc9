import { environment, install } from './text.mjs';
import { buildStacks, runStacks } from './versions.mjs';

const versions = [
  { version: '8.4', suite: 'trixie' },
  { version: '8.2', suite: 'bookworm' },
];
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

/** Serve PHP apps with Apache, whose .htaccess most of them bring. */
export const phps = runStacks('php', versions, ({ version, suite }) => ({
  holds: `PHP ${version} of Debian ${suite} with ${extensions.join(', ')}; Apache`,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      install([
        'apache2',
        `libapache2-mod-php${version}`,
        'php-cli',
        ...extensions.map((name) => (name === 'redis' ? 'php-redis' : `php${version}-${name}`)),
      ]),
      '',
    ].join('\n'),
}));

/** Install what PHP apps depend on. */
export const phpBuilds = buildStacks(phps, ({ version }) => ({
  holds: `PHP ${version}, Composer, git`,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      install(['composer', 'git', 'unzip']),
      `ENV ${environment({ COMPOSER_NO_INTERACTION: '1' })}`,
      '',
    ].join('\n'),
}));
