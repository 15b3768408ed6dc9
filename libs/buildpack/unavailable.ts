import { BerthError } from '#libs/core/errors.js';

/** Languages that Berth knows by their files and cannot build: what they need comes from hosts that it does not use. */
const UNAVAILABLE: readonly { file: RegExp; title: string; needs: string }[] = [
  {
    file: /^[^/]*\.(?:csproj|fsproj|vbproj|sln|slnx)$/,
    title: '.NET',
    needs: 'its SDK and packages come from hosts of their own',
  },
  {
    file: /^[^/]+\/[^/]*\.(?:csproj|fsproj)$/,
    title: '.NET',
    needs: 'its SDK and packages come from hosts of their own',
  },
  { file: /^mix\.exs$/, title: 'Elixir', needs: 'its packages come from a registry of their own' },
  { file: /^rebar\.config$/, title: 'Erlang', needs: 'its packages come from a registry of their own' },
  { file: /^build\.sbt$/, title: 'Scala', needs: 'sbt comes from a host of its own' },
  {
    file: /^project\.clj$|^deps\.edn$/,
    title: 'Clojure',
    needs: 'its packages come from a registry of their own',
  },
  { file: /^pubspec\.yaml$/, title: 'Dart', needs: 'its SDK comes from a host of its own' },
  { file: /^Package\.swift$/, title: 'Swift', needs: 'its toolchain comes from a host of its own' },
  {
    file: /^stack\.yaml$|^[^/]*\.cabal$/,
    title: 'Haskell',
    needs: 'its packages come from a registry of their own',
  },
];

/** The honest answer for an app in a language that is known and not built; null for any other source. */
export function unavailable(paths: readonly string[]): BerthError | null {
  for (const { file, title, needs } of UNAVAILABLE) {
    const found = paths.find((path) => file.test(path));
    if (found === undefined) continue;
    return new BerthError(
      'language_unavailable',
      `${found} says that this is an app in ${title}, which Berth cannot build by itself: ${needs}. ` +
        `Add a Dockerfile that builds it, on an image that this host can pull; Berth then runs it as any other app.`,
      { details: { file: found, language: title } },
    );
  }
  return null;
}
