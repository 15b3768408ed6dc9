import { literal, pathPattern, quoted, word } from './caddy-text.js';
import type { HeaderRule } from './headers.js';
import type { Redirect } from './redirects.js';

/** How a site is served. */
export interface SiteSettings {
  /** A path that no file answers is answered with index.html. */
  singlePage: boolean;
  /** Were the files named by a build, after what is in them? Those never change and need not be asked for again. */
  built: boolean;
  redirects: readonly Redirect[];
  headers: readonly HeaderRule[];
}

/** Always asked for anew; an ETag makes that cheap. */
const FRESH = 'public, max-age=0, must-revalidate';
const FOREVER = 'public, max-age=31536000, immutable';

/** Folders and names that builds give to files whose name changes with their content. */
const HASHED = [
  '^/(?:_astro|_next/static|_nuxt|_app/immutable)/',
  '^/(?:assets|static|js|css|img|fonts|media)/(?:.+/)?[^/]+[-.][A-Za-z0-9_-]{8,20}\\.(?:chunk\\.)?(?:js|mjs|css|woff2?|ttf|png|jpe?g|gif|svg|webp|avif|wasm|map)$',
].join('|');

const THERE = ['{path}', '{path}.html', '{path}/index.html'];

/**
 * What serves a static site: plain files on $PORT, compressed, `/about` for about.html, the site's own 404.html, and nothing
 * whose name begins with a dot (except .well-known). No admin endpoint, no certificates: the edge does those.
 */
export function caddyfile(site: SiteSettings): string {
  const lines = [
    '{',
    ...indent([
      'admin off',
      'auto_https off',
      'persist_config off',
      'grace_period 10s',
      'log {',
      '\toutput stderr',
      '\tlevel WARN',
      '}',
    ]),
    '}',
    '',
    ':{$PORT:8080} {',
    ...indent([
      'root * /app',
      'encode zstd gzip',
      'route {',
      ...indent([...hidden(), ...cacheHeaders(site), ...site.headers.flatMap(headerLines), ...answers(site)]),
      '}',
      ...errorPages(),
    ]),
    '}',
    '',
  ];
  return lines.join('\n');
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? line : `\t${line}`));
}

function hidden(): string[] {
  return [
    '@hidden {',
    '\tpath_regexp /\\.',
    '\tnot path /.well-known/*',
    '}',
    'error @hidden 404',
    '@own path /_headers /_redirects',
    'error @own 404',
  ];
}

function cacheHeaders({ built }: SiteSettings): string[] {
  const fresh = `header Cache-Control ${quoted(FRESH)}`;
  if (!built) return [fresh];
  return [
    fresh,
    '@hashed {',
    `\tpath_regexp ${quoted(HASHED)}`,
    '\tfile {path}',
    '}',
    `header @hashed Cache-Control ${quoted(FOREVER)}`,
  ];
}

/** Later blocks add to earlier ones; a name that comes twice in a block has two values. */
function headerLines({ path, headers }: HeaderRule, index: number): string[] {
  const matcher = `@headers${index}`;
  const seen = new Set<string>();
  return [
    `${matcher} path_regexp ${quoted(headerPattern(path))}`,
    ...headers.map(([name, value]) => {
      const again = seen.has(name.toLowerCase());
      seen.add(name.toLowerCase());
      return `header ${matcher} ${word(`${again ? '+' : ''}${name}`)} ${word(value)}`;
    }),
  ];
}

/** Unlike in a redirect, `*` may stand anywhere and match anything. */
function headerPattern(path: string): string {
  const parts = path.split(/(\*|:[A-Za-z_]\w*)/);
  const pattern = parts.map((part, at) => (at % 2 === 0 ? literal(part) : part === '*' ? '.*' : '[^/]+'));
  return `^${pattern.join('')}$`;
}

/** Exactly one of these answers: the first rule that fits, in the order of the file. */
function answers({ redirects, singlePage }: SiteSettings): string[] {
  return [
    ...redirects.flatMap((redirect, index) => ruleLines(redirect, index)),
    ...(singlePage ? pageLines() : []),
    'handle {',
    ...indent(fileLines()),
    '}',
  ];
}

function ruleLines({ from, to, status, force }: Redirect, index: number): string[] {
  const { pattern, names } = pathPattern(from);
  const name = `rule${index}`;
  return [
    `@${name} {`,
    ...indent([`path_regexp ${name} ${quoted(pattern)}`, ...(force ? [] : notThere())]),
    '}',
    `handle @${name} {`,
    ...indent(
      status === 200 || status === 404
        ? [`rewrite * ${target(to, name, names)}`, ...fileLines(status)]
        : [`redir * ${target(to, name, names, true)} ${status}`],
    ),
    '}',
  ];
}

/** Where a rule leads, with what was matched in its place; a redirect keeps the query unless it brings one. */
function target(to: string, rule: string, names: readonly string[], keepQuery = false): string {
  const parts = to.split(/:([A-Za-z_]\w*)/).map((part, at) => {
    const group = at % 2 === 1 ? names.indexOf(part) : -1;
    if (group >= 0) return `{re.${rule}.${group + 1}}`;
    return (at % 2 === 1 ? `:${part}` : part).replace(/[{}]/g, (brace) => `\\${brace}`);
  });
  return quoted(`${parts.join('')}${keepQuery && !to.includes('?') ? '{?query}' : ''}`);
}

function notThere(): string[] {
  return ['not file {', `\ttry_files ${THERE.join(' ')}`, '}'];
}

/** A name with an ending is a file that is missing: a page in its place would only confuse who asked for it. */
function pageLines(): string[] {
  return [
    '@page {',
    ...indent(['method GET HEAD', 'not path_regexp \\.[A-Za-z0-9]{1,8}$', ...notThere()]),
    '}',
    'handle @page {',
    ...indent(['rewrite * /index.html', ...fileLines()]),
    '}',
  ];
}

function fileLines(status?: number): string[] {
  return [
    'try_files {path} {path}.html',
    'file_server {',
    '\tprecompressed zstd br gzip',
    ...(status === 404 ? ['\tstatus 404'] : []),
    '}',
  ];
}

function errorPages(): string[] {
  return [
    'handle_errors {',
    ...indent([
      `header Cache-Control ${quoted(FRESH)}`,
      '@page file /{err.status_code}.html',
      'handle @page {',
      '\trewrite * /{err.status_code}.html',
      '\tfile_server',
      '}',
      'handle {',
      '\trespond "{err.status_code} {err.status_text}"',
      '}',
    ]),
    '}',
  ];
}
