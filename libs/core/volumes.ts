/** Most volumes that one app may have. */
export const mostVolumes = 5;

/** What the system of an image, the kernel or the Engine itself keeps, with all that lies below it. */
const systemFolders = [
  ...['/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/proc', '/run'],
  ...['/sbin', '/sys', '/tmp', '/var/run', '/var/tmp'],
];
/** Folders that hold more than data, among it the app itself: only what is below them can be a volume. */
const sharedFolders = ['/', '/app', '/home', '/opt', '/root', '/srv', '/usr', '/var', '/var/lib'];

/** Volume names stand in tables, labels and commands: small letters, digits and single hyphens. */
export function isVolumeName(name: string): boolean {
  return name.length <= 30 && /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name);
}

/** What is wrong with the path of a volume, as the rest of a sentence that begins with its name; null: nothing. */
export function volumePathProblem(path: string): string | null {
  const example = 'as in data = "/app/data"';
  if (!/^\/[\x21-\x7e]{0,199}$/.test(path) || /[,:"'\\]/.test(path))
    return `is not an absolute path of at most 200 plain characters. Write one, ${example}`;
  if (
    path !== '/' &&
    path
      .slice(1)
      .split('/')
      .some((part) => ['', '.', '..'].includes(part))
  )
    return `is not a plain path. Write it without "..", double slashes and a slash at its end, ${example}`;
  if (systemFolders.some((folder) => isWithin(path, folder)))
    return `is where the system keeps its own files. Choose a folder of the app's own, ${example}`;
  if (sharedFolders.includes(path))
    return `would hide everything that the image has there. Choose a folder below it, ${example}`;
  return null;
}

/** Is `path` the folder, or below it? */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The first two names whose paths lie within each other; null where all are apart. */
export function overlapOf(volumes: Readonly<Record<string, string>>): [name: string, other: string] | null {
  const entries = Object.entries(volumes);
  for (const [at, [name, path]] of entries.entries())
    for (const [other, before] of entries.slice(0, at))
      if (isWithin(path, before) || isWithin(before, path)) return [name, other];
  return null;
}
