/** The branch that is deployed: `main`; `master` where the repository has only that. */
export const mainBranch = 'refs/heads/main';
export const masterBranch = 'refs/heads/master';
const candidates = [mainBranch, masterBranch];

/** Full name of the deployed branch among a repository's refs; null when there is none of the kind. */
export function deployBranch(refs: ReadonlyMap<string, string>): string | null {
  return candidates.find((ref) => refs.has(ref)) ?? null;
}

/** `refs/heads/main` as people say it. */
export function shortName(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags)\//, '');
}
