import { posix } from 'node:path';

/** Where one container's cgroup is on this host, in the hierarchy of one controller. */
export interface CgroupPlace {
  version: 1 | 2;
  directory: string;
}

/** How the Engine identifies a container, as against the names and short ids that it takes for one, too. */
export const fullId = /^[0-9a-f]{64}$/;

/** What of the kernel's is written to directly. */
export type Controller = 'freezer' | 'cpu';

/**
 * The directory whose controller holds exactly the container `id`.
 * @param cgroup text of `/proc/<pid>/cgroup` (cgroups(7)) of a process of that container
 * @param mountinfo text of `/proc/self/mountinfo` (proc(5)): where this process sees the hierarchies
 * @returns null where there is none within reach, and where the path does not name the container: its process may be gone and
 * the pid another's
 */
export function findPlace(
  cgroup: string,
  mountinfo: string,
  id: string,
  controller: Controller = 'freezer',
): CgroupPlace | null {
  const hierarchies = parseHierarchies(cgroup, controller);
  const mounts = parseMounts(mountinfo, controller);
  // On a host with both (hybrid) it is version 1, as for its Engine.
  for (const version of [1, 2] as const) {
    const path = hierarchies.get(version);
    const mount = mounts.find((candidate) => candidate.version === version);
    if (path === undefined || mount === undefined) continue;
    const own = ownPath(path, id);
    const inside = own === null ? null : within(mount.root, own);
    if (inside !== null) return { version, directory: posix.join(mount.point, inside) };
  }
  return null;
}

/** Which freezer this process can see at all, and where: a hybrid host's is version 1. */
export function findHierarchy(mountinfo: string): CgroupPlace | null {
  const mounts = parseMounts(mountinfo, 'freezer');
  const mount = mounts.find(({ version }) => version === 1) ?? mounts[0];
  return mount === undefined ? null : { version: mount.version, directory: mount.point };
}

/** Where `other` has its cgroup if the Engine keeps it where it keeps `id`; a guess that the directory itself confirms. */
export function siblingPlace(place: CgroupPlace, id: string, other: string): CgroupPlace | null {
  if (!fullId.test(other)) return null;
  const parent = posix.dirname(place.directory);
  return {
    version: place.version,
    directory: posix.join(parent, posix.basename(place.directory).replace(id, other)),
  };
}

/** Lines `hierarchy:controllers:path`; version 2 is hierarchy 0 without controllers. */
function parseHierarchies(cgroup: string, controller: Controller): Map<1 | 2, string> {
  const paths = new Map<1 | 2, string>();
  for (const line of cgroup.split('\n')) {
    const [, hierarchy, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (controllers?.split(',').includes(controller)) paths.set(1, path);
    if (hierarchy === '0' && controllers === '') paths.set(2, path);
  }
  return paths;
}

interface CgroupMount {
  version: 1 | 2;
  /** Path within the hierarchy that is seen at `point`: not `/` inside a container. */
  root: string;
  point: string;
}

/** Lines `id parent major:minor root point options [tags] - type source superoptions`; only what may be written. */
function parseMounts(mountinfo: string, controller: Controller): CgroupMount[] {
  const mounts: CgroupMount[] = [];
  for (const line of mountinfo.split('\n')) {
    const [left, right] = line.split(' - ');
    const [, , , root, point, options] = (left ?? '').split(' ');
    const [type, , superOptions] = (right ?? '').split(' ');
    if (root === undefined || point === undefined || options?.split(',').includes('ro')) continue;
    const mount = { root: unescapeOctal(root), point: unescapeOctal(point) };
    if (type === 'cgroup2') mounts.push({ version: 2, ...mount });
    if (type === 'cgroup' && superOptions?.split(',').includes(controller))
      mounts.push({ version: 1, ...mount });
  }
  return mounts;
}

/** mountinfo writes blanks and the like as `\040`. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The path down to the container's own cgroup (`ID`, `docker-ID.scope`): what it made below is frozen with it. */
function ownPath(path: string, id: string): string | null {
  const parts = path.split('/');
  // `..`: above what this process may see.
  if (!fullId.test(id) || parts.includes('..')) return null;
  const own = new RegExp(`^(?:[a-z]+-)?${id}(?:\\.scope)?$`);
  const at = parts.findIndex((part) => own.test(part));
  return at < 0 ? null : parts.slice(0, at + 1).join('/');
}

/** `path` relative to `root`; null when it is not below it. */
function within(root: string, path: string): string | null {
  if (root === '/') return path;
  return path.startsWith(`${root}/`) ? path.slice(root.length) : null;
}
