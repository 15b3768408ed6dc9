/**
 * Names that end up in host names, paths and labels. One rule for apps and teams: RFC 1123 label, shortened so that
 * `<app>--r<number>` still fits 63 characters.
 */
export const NAME_MAX = 40;
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Host labels that the platform keeps for itself. */
const RESERVED = new Set([
  'api',
  'www',
  'berth',
  'git',
  'registry',
  'admin',
  'dashboard',
  'internal',
  'localhost',
  'probe',
  'new',
]);

/** Is `name` a valid app or team name? Double hyphens are refused: they separate app and release in host names. */
export function isName(name: string): boolean {
  return name.length >= 2 && name.length <= NAME_MAX && NAME.test(name) && !RESERVED.has(name);
}

/** A sentence that says what is wrong with a name, or null. */
export function nameProblem(name: string): string | null {
  if (RESERVED.has(name)) return `"${name}" is reserved by the platform; choose another name.`;
  if (isName(name)) return null;
  return `A name has 2 to ${NAME_MAX} lower-case letters, digits and single hyphens, and starts with a letter.`;
}

/** Config variable names: what POSIX shells accept. */
export function isConfigKey(key: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(key);
}

/** Variables that the platform sets; an app's config may not. */
export function isReservedConfigKey(key: string): boolean {
  return key === 'PORT' || key.startsWith('BERTH_');
}

/** Host of an app, below the apps domain. */
export function appHost(app: string, appsDomain: string): string {
  return `${app}.${appsDomain}`;
}

/** Lasting host of one release of an app. */
export function releaseHost(app: string, releaseNumber: number, appsDomain: string): string {
  return `${app}--r${releaseNumber}.${appsDomain}`;
}

/**
 * A custom domain: lower-case labels, at least two, no port, no wildcard, and no address: who types the host's own one means the platform.
 * Input must be in ASCII (punycode). RFC 1035 lengths.
 */
export function isDomainName(name: string): boolean {
  if (name.length > 253 || !name.includes('.') || /\.\d+$/.test(name)) return false;
  return name.split('.').every((part) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(part));
}
