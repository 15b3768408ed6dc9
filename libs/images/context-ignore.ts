import dockerignore from '@balena/dockerignore';

/** What never belongs into an image, whatever the app says. */
const ALWAYS = ['.git', '**/.git', '**/.DS_Store'];

/** `@balena/dockerignore` is CommonJS whose types name a default export; its module is the function itself. */
const createIgnore = dockerignore as unknown as (options: { ignorecase: boolean }) => {
  add(patterns: string[]): unknown;
  ignores(path: string): boolean;
};

/**
 * Says which files stay out of a build: Berth's own list, the plan's, then the app's .dockerignore, in whose own order
 * `!` brings back what an earlier line took away. What Berth ignores by itself cannot be brought back.
 */
export function contextIgnore(
  dockerignoreText: string | null,
  planned: readonly string[],
): (path: string) => boolean {
  const own = createIgnore({ ignorecase: false });
  own.add([...ALWAYS, ...planned]);
  if (dockerignoreText === null) return (path) => own.ignores(path);
  const authors = createIgnore({ ignorecase: false });
  authors.add(
    dockerignoreText
      .replace(/^\ufeff/, '')
      .split(/\r\n|\n/)
      .slice(0, 10_000),
  );
  return (path) => own.ignores(path) || authors.ignores(path);
}
