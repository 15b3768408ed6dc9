import { basename, dirname, resolve } from 'node:path';
import type { AppView } from '#libs/contracts/api/apps.js';
import type { AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import { nameProblem } from '#libs/core/names.js';
import { follow, followOptions } from '../../deployment/follow.js';
import { command } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { Failure, usage } from '../../frame/failure.js';
import { seg } from '../../http/client.js';
import { appNameOf } from '../../settings/app-name.js';
import { git } from '../../settings/git.js';
import { ask } from '../../ui/ask.js';
import { plural, size } from '../../ui/units.js';

export const deploy = command({
  name: 'deploy',
  aliases: ['up'],
  group: 'Deploy',
  summary: 'Deploy a folder, an archive, a function or an image, and wait until it is live',
  about: [
    'A folder is packed as git sees it: .gitignore counts, .berthignore leaves out more (or brings back with !), .dockerignore counts beside a Dockerfile; node_modules and .git stay at home. Files that are not committed go along.',
    'The exit code is the deployment’s: 0 when it is live, 7 when it failed, 8 when it was cancelled or superseded. Ctrl-C leaves; the deployment goes on. In a pipe, the address is all that standard output gets.',
  ],
  arguments: [
    {
      name: 'SOURCE',
      about:
        'Folder, .tar.gz, .tar or .zip archive, one .js, .ts or .py file with a function, or - for an archive on standard input; this folder if left out',
      optional: true,
      completes: 'file',
    },
  ],
  app: 'option',
  options: {
    image: { type: 'string', value: 'REF', about: 'Deploy an image of a registry instead of source' },
    message: {
      type: 'string',
      short: 'm',
      value: 'TEXT',
      about: 'What this deployment is about (else the last commit’s title)',
    },
    create: {
      type: 'boolean',
      short: 'c',
      about: 'Create the app if there is none; named after the folder unless --app says',
    },
    'dry-run': { type: 'boolean', about: 'List the files that would be sent, and send nothing' },
    ...followOptions,
  },
  examples: [
    ['deploy --create', 'this folder, as a new app named after it'],
    ['deploy ./site --app hello -m "New colours"', 'another folder, with a message'],
    ['deploy app.tar.gz --app hello', 'an archive'],
    ['deploy hello.ts --create', 'a function: export default { fetch(request) { … } }'],
    ['deploy --image nginx:1.27 --app web', 'an image of a registry'],
    ['deploy --detach --json', 'from a script that looks later'],
    ['deploy --dry-run', 'what would be sent?'],
  ],
  async run(context, input) {
    const { options } = input;
    const source = input.optional('SOURCE');
    if (options.image !== undefined && source !== undefined)
      throw usage('Deploy either SOURCE or --image, not both.');
    if (source !== undefined && /^([a-z+]+:\/\/|git@)/.test(source))
      throw usage(`${source} is an address, not a folder.`, [
        `From a git server: \`berth connect APP ${source}\` fetches and deploys it, now and after each push.`,
        'From a registry: `berth deploy --image REF`.',
      ]);
    if (options['dry-run']) return dryRun(context, source ?? '.');
    const { api } = context;
    const { functionEnding, send, wrapUp } = await import('../../source/parcel.js');
    const folder = source === undefined || source === '-' ? context.cwd : resolve(context.cwd, source);
    const ending = functionEnding(folder);
    const home = ending === null ? folder : dirname(folder);
    const name = basename(folder, ending ?? '');
    // Before there is an app: what cannot be sent makes none.
    const parcel = options.image === undefined ? await wrapUp(context, source, folder) : null;
    const app = await chosenApp(context, home, name, options.create === true);
    const path = `/v1/apps/${seg(app)}`;
    if (parcel === null) {
      const { deployment } = await api.post<AcceptedDeployment>(`${path}/deployments`, {
        image: options.image,
        message: options.message,
      });
      return follow(context, deployment, options);
    }
    const message = options.message ?? (await lastCommitTitle(home));
    const { deployment } = await send<AcceptedDeployment>(context, `${path}/uploads`, parcel, {
      message: message?.slice(0, 1_000),
    });
    return follow(context, deployment, options);
  },
});

/** The app to deploy to; with --create, or after asking, a new one if there is none. */
async function chosenApp(context: Context, folder: string, name: string, create: boolean): Promise<string> {
  const { ui } = context;
  const known = await context.appOrNull(folder);
  if (known !== null) return create ? existingOrNew(context, known) : known;
  if (create) return existingOrNew(context, appNameOf(name));
  if (!ui.asks || ui.json) return context.app();
  const question = 'Which app (made if there is none)';
  return existingOrNew(
    context,
    await ask(ui, question, { otherwise: appNameOf(name), instead: 'Name it with --app.' }),
  );
}

async function existingOrNew({ ui, api, team }: Context, name: string): Promise<string> {
  const problem = nameProblem(name);
  if (problem !== null) throw usage(problem, 'Name the app with --app.');
  try {
    return (await api.get<AppView>(`/v1/apps/${seg(name)}`)).name;
  } catch (error) {
    if (!(error instanceof Failure) || error.exit !== 'missing') throw error;
  }
  const app = await api.post<AppView>('/v1/apps', { name, team });
  ui.done(`Created ${ui.err.bold(app.name)} in team ${app.team}: ${app.url}`);
  return app.name;
}

async function lastCommitTitle(folder: string): Promise<string | undefined> {
  return (await git(folder, 'log', '-1', '--format=%s'))?.trim() || undefined;
}

async function dryRun({ ui, cwd }: Context, source: string): Promise<void> {
  const { walk } = await import('../../source/walk.js');
  const entries = await walk(resolve(cwd, source));
  ui.result(entries, () => {
    for (const { path } of entries) ui.print(path);
    ui.say(
      `${plural(entries.length, 'file')}, ${size(entries.reduce((sum, one) => sum + one.bytes, 0))}; nothing was sent.`,
    );
  });
}
