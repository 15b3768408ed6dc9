import type { PlanChoice } from '#libs/contracts/build-plan.js';
import type { ProjectFiles } from '../project-files.js';
import type { SiteSettings } from './caddyfile.js';
import { parseHeaders } from './headers.js';
import { parseRedirects } from './redirects.js';

export interface FoundSettings {
  settings: SiteSettings;
  choices: PlanChoice[];
  warnings: string[];
}

/**
 * How a site is served, by the files that its author put beside it. `folders` are where `_headers` and `_redirects` may lie,
 * nearest first. Throws BerthError that names file and line.
 */
export async function siteSettings(
  files: ProjectFiles,
  site: { folders: readonly string[]; singlePage: boolean; built: boolean },
): Promise<FoundSettings> {
  const redirectsPath = find(files, site.folders, '_redirects');
  const headersPath = find(files, site.folders, '_headers');
  const { rules, warnings } =
    redirectsPath === null
      ? { rules: [], warnings: [] }
      : parseRedirects(redirectsPath, (await files.read(redirectsPath)) ?? '');
  const headers =
    headersPath === null ? [] : parseHeaders(headersPath, (await files.read(headersPath)) ?? '');
  return {
    settings: { singlePage: site.singlePage, built: site.built, redirects: rules, headers },
    choices: [
      pagesChoice(site.singlePage),
      ...(redirectsPath === null
        ? []
        : [fileChoice('Redirects', `${rules.length} of ${redirectsPath}`, redirectsPath)]),
      ...(headersPath === null
        ? []
        : [fileChoice('Headers', `for ${headers.length} paths of ${headersPath}`, headersPath)]),
    ],
    warnings,
  };
}

function find(files: ProjectFiles, folders: readonly string[], name: string): string | null {
  const paths = folders.map((folder) => (folder === '' || folder === '.' ? name : `${folder}/${name}`));
  return paths.find((path) => files.has(path)) ?? null;
}

function fileChoice(what: string, value: string, path: string): PlanChoice {
  return { what, value, why: 'The form is Netlify’s.', change: `Change ${path}.` };
}

function pagesChoice(singlePage: boolean): PlanChoice {
  return singlePage
    ? {
        what: 'Unknown paths',
        value: 'index.html',
        why: 'The app’s routes live in the browser; a path whose name has an ending is still “not found”.',
        change: 'Write rules into _redirects, which come first.',
      }
    : {
        what: 'Unknown paths',
        value: 'not found (the site’s 404.html if it has one)',
        why: 'Each page is a file.',
        change: 'Write single_page = true under [static] in berth.toml if the routes live in the browser.',
      };
}
