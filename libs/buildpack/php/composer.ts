import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';
import { parseJsonFile } from '../json-file.js';
import type { ProjectFiles } from '../project-files.js';

/** PHP writes an empty object as an empty array. */
const texts = z.preprocess(
  (value) => (Array.isArray(value) && value.length === 0 ? {} : value),
  z.record(z.string(), z.unknown()),
);

/** The fields of composer.json that decide a build. */
const composerJson = z.object({
  require: texts.optional(),
  autoload: z
    .object({ classmap: z.unknown().optional(), files: z.unknown().optional() })
    .loose()
    .optional()
    .catch(undefined),
  repositories: z.unknown().optional(),
});

/** What Composer will need. */
export interface Composer {
  /** The range of PHP versions that the app asks for. */
  php: string | null;
  /** Is there anything to install? */
  needed: boolean;
  /** null, or why the whole source must be there before the installation. */
  needsSource: string | null;
}

/** Extensions that the stack has or that are part of PHP; infra/stacks/php.mjs says the same. */
const EXTENSIONS = new Set(
  (
    'bcmath curl gd intl mbstring mysqli mysqlnd pdo_mysql opcache zend-opcache pgsql pdo_pgsql redis soap sqlite3 pdo_sqlite xml dom simplexml ' +
    'xmlreader xmlwriter xsl zip pdo calendar core ctype date exif ffi fileinfo filter ftp gettext hash iconv json libxml openssl pcntl pcre phar ' +
    'posix random readline reflection session shmop sockets sodium spl standard sysvmsg sysvsem sysvshm tokenizer zlib igbinary'
  ).split(' '),
);

/** Reads composer.json; null when there is none. Throws BerthError `php_extension` for an extension that cannot be had. */
export async function readComposer(files: ProjectFiles): Promise<Composer | null> {
  const text = await files.read('composer.json');
  if (text === null) return null;
  const { require = {}, autoload, repositories } = parseJsonFile('composer.json', text, composerJson);
  const names = Object.keys(require);
  const missing = names.find(
    (name) => name.startsWith('ext-') && !EXTENSIONS.has(name.slice(4).toLowerCase()),
  );
  if (missing !== undefined) {
    throw new BerthError(
      'php_extension',
      `composer.json requires ${missing}, which Berth's PHP does not have. Do without it, or add a Dockerfile that brings it.`,
      { details: { extension: missing } },
    );
  }
  const local = autoload?.classmap !== undefined || autoload?.files !== undefined;
  const inSource = JSON.stringify(repositories ?? null).includes('"path"');
  return {
    php: typeof require['php'] === 'string' ? require['php'] : null,
    needed: names.some((name) => name.includes('/')) || autoload !== undefined,
    needsSource: inSource
      ? 'composer.json has a repository in the app’s own files'
      : local
        ? 'composer.json has "classmap" or "files" under "autoload", which Composer looks into'
        : null,
  };
}
