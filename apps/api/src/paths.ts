/** Folder of package.json: this file runs from source in development and tests, and from dist/ otherwise. */
export const projectRoot: URL = new URL(
  import.meta.url.includes('/dist/apps/api/src/') ? '../../../../' : '../../../',
  import.meta.url,
);

/** What Vite built. */
export const dashboardDir: URL = new URL('dist/dashboard/', projectRoot);

/** Where the OpenAPI document is kept for readers of the repository. */
export const openApiFile: URL = new URL('docs/openapi.json', projectRoot);
