import { Api } from '../http/client.js';
import { appsOfFolder } from '../settings/git.js';
import { readSettings, type Settings } from '../settings/settings.js';
import { Ui } from '../ui/ui.js';
import { Failure, usage } from './failure.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a command works with: made once per run, nothing global. */
export class Context {
  #api: Api | null = null;

  constructor(
    readonly ui: Ui,
    readonly settings: Settings,
    readonly env: Environment,
    readonly cwd: string,
    /** Aborts on Ctrl-C. */
    readonly signal: AbortSignal,
    private readonly namedApp: string | undefined,
  ) {}

  /** The platform as the signed-in caller. */
  get api(): Api {
    const { token, url } = this.settings;
    if (token === null)
      throw new Failure(`You are not signed in to ${url}.`, {
        todo: [
          'Sign in with `berth login`, or set BERTH_TOKEN.',
          'Another platform: --url URL, or BERTH_URL.',
        ],
        exit: 'denied',
        code: 'unauthenticated',
      });
    return (this.#api ??= this.apiAs(token));
  }

  /** The platform as somebody else, or as nobody. */
  apiAs(token: string | null, url = this.settings.url): Api {
    const trace = this.env['BERTH_DEBUG'] ? (line: string) => this.ui.say(this.ui.err.dim(line)) : undefined;
    return new Api(url, token, this.env, this.signal, trace);
  }

  get team(): string | undefined {
    return this.settings.team ?? undefined;
  }

  /** Name of the app to act on: named, from BERTH_APP, or from this folder's git remotes; null when nothing tells. */
  async appOrNull(folder = this.cwd): Promise<string | null> {
    const named = this.namedApp ?? this.env['BERTH_APP'];
    if (named) return named;
    const found = await appsOfFolder(folder, this.settings.url);
    if (found.length > 1)
      throw usage(
        `This folder's git remotes belong to several apps: ${found.join(', ')}.`,
        'Choose one with --app.',
      );
    return found[0] ?? null;
  }

  /** ` --app NAME` in a command that is shown to be typed next; nothing where it will know the app by itself. */
  get appFlag(): string {
    return this.namedApp === undefined ? '' : ` --app ${this.namedApp}`;
  }

  async app(): Promise<string> {
    const app = await this.appOrNull();
    if (app !== null) return app;
    throw usage('Which app?', [
      'Name it with --app, or set BERTH_APP.',
      '`berth git:remote APP` makes this folder remember it; `berth apps` lists yours.',
    ]);
  }

  /** `/v1/apps/NAME` of the app to act on. */
  async appPath(): Promise<string> {
    return `/v1/apps/${encodeURIComponent(await this.app())}`;
  }
}

export async function makeContext(options: {
  env: Environment;
  json: boolean;
  url?: string;
  team?: string;
  app?: string;
  signal: AbortSignal;
}): Promise<Context> {
  const { env, signal } = options;
  const ui = new Ui(process, env, options.json);
  const settings = await readSettings(env, options);
  return new Context(ui, settings, env, process.cwd(), signal, options.app);
}
