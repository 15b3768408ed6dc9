import type { ProjectFiles } from '../project-files.js';

/** A Django project at the root of the source. */
export interface Django {
  /** Module with the settings: "shop.settings"; null when manage.py does not name one. */
  settings: string | null;
  /** Modules that servers load: "shop.wsgi"; null when there is none. */
  wsgi: string | null;
  asgi: string | null;
  /** Do the settings say where static files are collected? */
  hasStaticRoot: boolean;
}

/** Looks at manage.py and what it names; null when this is no Django project. */
export async function findDjango(files: ProjectFiles): Promise<Django | null> {
  const manage = await files.read('manage.py');
  if (manage === null || !/django|DJANGO_SETTINGS_MODULE/.test(manage)) return null;
  const settings = /DJANGO_SETTINGS_MODULE['"]\s*,\s*['"]([A-Za-z_][\w.]*)['"]/.exec(manage)?.[1] ?? null;
  const project = settings?.split('.')[0] ?? null;
  return {
    settings,
    wsgi: serverModule(files, project, 'wsgi'),
    asgi: serverModule(files, project, 'asgi'),
    hasStaticRoot: await setsStaticRoot(files, settings),
  };
}

/** The project's own module first; else the only one that there is. */
function serverModule(files: ProjectFiles, project: string | null, name: string): string | null {
  if (project !== null && files.has(`${project}/${name}.py`)) return `${project}.${name}`;
  const all = files.paths.filter((path) => new RegExp(`^(?:[A-Za-z_]\\w*/)+${name}\\.py$`).test(path));
  const only = all.length === 1 ? all[0] : undefined;
  return only === undefined ? null : only.replace(/\.py$/, '').replaceAll('/', '.');
}

/** Settings may be a module or a package whose parts import each other: all files beside it are looked at. */
async function setsStaticRoot(files: ProjectFiles, settings: string | null): Promise<boolean> {
  if (settings === null) return false;
  const path = settings.replaceAll('.', '/');
  const folder = path.replace(/\/[^/]*$/, '');
  const inPackage = (each: string) =>
    (each.startsWith(`${path}/`) || (folder.endsWith('settings') && each.startsWith(`${folder}/`))) &&
    each.endsWith('.py');
  const candidates = files.paths.filter((each) => each === `${path}.py` || inPackage(each)).slice(0, 10);
  for (const each of candidates)
    if (/^\s*STATIC_ROOT\s*[:=]/m.test((await files.read(each)) ?? '')) return true;
  return false;
}
