import type { BuildPlan } from '#libs/contracts/build-plan.js';
import type { ProjectFiles } from './project-files.js';

/** What a language found in an app's files: enough to say "yes, this is mine" and from which file it knows. */
export interface Detection {
  /** For people: "package.json". Shown as "detected by package.json". */
  by: string;
  /**
   * false: nothing of the app is started with this language, as far as its files tell. Another language that is found and starts
   * it then goes first.
   */
  starts?: boolean;
}

/** What a plan may depend on besides the app's files. */
export interface PlanContext {
  /** The whole source and where in it the app is: `files` of a language begin at `root`. */
  repository: { files: ProjectFiles; root: string };
  /** Scopes cache mounts: no app ever reads another app's cache. */
  appId: string;
  /** Chooses `berth.<name>.toml`; left out where no app is named. */
  appName?: string;
  /** Image reference of each stack image that this host has, by key of stacks.json (base, node, python, …). */
  stacks: Readonly<Record<string, string>>;
}

/**
 * One language that Berth can build. A folder below libs/buildpack holds one; `languages.ts` lists them in the order in
 * which they are asked. Both functions only look at files: same files, same answer.
 */
export interface Language {
  /** Name of the folder. */
  name: string;
  /** For people: "Node.js". */
  title: string;
  detect(files: ProjectFiles): Promise<Detection | null>;
  /** Throws BerthError, naming file and fix, when the files are this language's but cannot be built. */
  plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan>;
}
