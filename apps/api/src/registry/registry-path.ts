import type { Action } from './registry-token.js';

/** A request of the distribution API that a team's client may make. */
export interface RegistryRequest {
  team: string;
  app: string;
  /** `TEAM/APP` */
  name: string;
  action: Action;
  what: 'manifest' | 'blob' | 'upload' | 'tags';
  /** What follows the repository: `manifests/latest`. */
  rest: string;
  /** Tag or digest of a manifest. */
  reference: string | null;
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,62})';
const DIGEST = 'sha256:[0-9a-f]{64}';
const TAG = '[A-Za-z0-9_][A-Za-z0-9._-]{0,127}';
const FORM = new RegExp(
  `^/v2/(${LABEL})/(${LABEL})/(manifests/(?<reference>${DIGEST}|${TAG})|blobs/(?<blob>${DIGEST})|blobs/uploads/(?<upload>[0-9a-f-]{36})?|tags/list)$`,
);

/** Methods for each kind of path; anything else (deleting above all) is not for clients. */
const methods: Record<RegistryRequest['what'], Record<string, Action>> = {
  manifest: { GET: 'pull', HEAD: 'pull', PUT: 'push' },
  blob: { GET: 'pull', HEAD: 'pull' },
  upload: { POST: 'push', GET: 'push', HEAD: 'push', PATCH: 'push', PUT: 'push', DELETE: 'push' },
  tags: { GET: 'pull' },
};

/** Reads method and path; null when a client has no business there. */
export function readRequest(method: string, path: string): RegistryRequest | null {
  const match = FORM.exec(path);
  if (match === null) return null;
  const [, team = '', app = '', rest = ''] = match;
  const what = kindOf(rest);
  // Without an id uploads are begun, with one they are carried on.
  if (what === 'upload' && (method === 'POST') !== rest.endsWith('/')) return null;
  const action = methods[what][method];
  if (action === undefined) return null;
  return {
    team,
    app,
    name: `${team}/${app}`,
    action,
    what,
    rest,
    reference: match.groups?.['reference'] ?? null,
  };
}

function kindOf(rest: string): RegistryRequest['what'] {
  if (rest.startsWith('manifests/')) return 'manifest';
  if (rest.startsWith('blobs/uploads/')) return 'upload';
  return rest.startsWith('blobs/') ? 'blob' : 'tags';
}

/** Reads what a token is asked for: `repository:TEAM/APP:pull,push`, several with spaces. What is not understood is left out. */
export function readScopes(texts: readonly string[]): { team: string; app: string; actions: Action[] }[] {
  return texts
    .flatMap((text) => text.split(' '))
    .slice(0, 20)
    .flatMap((scope) => {
      const form = new RegExp(`^repository:(${LABEL})/(${LABEL}):([a-z,*]{1,40})$`);
      const [, team, app, wanted = ''] = form.exec(scope) ?? [];
      if (team === undefined || app === undefined) return [];
      const words = wanted.split(',');
      const asked = (['pull', 'push'] as const).filter(
        (action) => words.includes(action) || words.includes('*'),
      );
      return [{ team, app, actions: asked }];
    });
}
