import type { Manifest } from '#libs/contracts/manifest.js';

/** What an author can say about a build in berth.toml. A text is null, and a table empty, where nothing is said. */
export interface BuildSettings {
  /** Folder that holds the app; empty: the source's own root. */
  root: string;
  /** Name of a folder of libs/buildpack. */
  language: string | null;
  /** Command line that installs dependencies, instead of Berth's own. */
  install: string | null;
  /** Command line that builds, instead of what the language would run. */
  command: string | null;
  /** Folder with the site that the build makes: it is served as static files. */
  publish: string | null;
  /** Wanted versions by tool: node, python, go, … */
  versions: Readonly<Record<string, string>>;
  /** Environment of install and build commands alone. */
  env: Readonly<Record<string, string>>;
  /** Dockerfile builds: path of the file, stage to stop at, values of ARG. */
  dockerfile: string | null;
  target: string | null;
  args: Readonly<Record<string, string>>;
}

/** All of an app's berth.toml. */
export interface Settings {
  build: BuildSettings;
  /** A path that no file answers is answered with index.html. */
  singlePage: boolean;
  /** Command line by process type. */
  processes: ReadonlyMap<string, string>;
  /** The port that the app listens on, when it does not read $PORT. */
  port: number | null;
  healthPath: string | null;
  manifest: Manifest;
}

/** A source without berth.toml. */
export const noSettings: Settings = {
  build: {
    root: '',
    language: null,
    install: null,
    command: null,
    publish: null,
    versions: {},
    env: {},
    dockerfile: null,
    target: null,
    args: {},
  },
  singlePage: false,
  processes: new Map(),
  port: null,
  healthPath: null,
  manifest: { env: {}, sleep: {}, scale: {} },
};
