import type { MetaView } from '#libs/contracts/api/meta.js';
import { messageOf } from '#libs/core/errors.js';
import { styleFor, wantsColour } from '../ui/style.js';
import { safe } from '../ui/text.js';
import { version } from '../version.js';
import type { Command } from './command.js';
import { makeContext, type Context } from './context.js';
import { exitCode } from './exit-codes.js';
import { Failure } from './failure.js';
import { help } from './help.js';
import { parse } from './parse.js';
import { didYouMean } from '#libs/core/suggest.js';
import { meantCommand } from './meant-command.js';

/**
 * One run of the program: reads the command line, does what it asks, and tells what went wrong.
 *
 * @returns the exit code
 */
export async function run(
  argv: readonly string[],
  commands: readonly Command[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => {
    // The second time there is no patience left.
    if (stop.signal.aborted) process.exit(exitCode('interrupted'));
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const json = argv.includes('--json');
  try {
    const asked = parse(argv, commands);
    if (asked.kind === 'version') {
      process.stdout.write(`berth ${version}\n`);
      return 0;
    }
    if (asked.kind === 'help') {
      const style = styleFor(wantsColour(process.stdout.isTTY, env));
      const columns = Math.min(process.stdout.columns || 100, 110);
      process.stdout.write(`${help(asked.topic, commands, style, columns).join('\n')}\n`);
      return 0;
    }
    const { command, input } = asked;
    const options = input.options as { json?: boolean; url?: string; team?: string; app?: string };
    const context = await makeContext({
      env,
      json: options.json === true,
      url: options.url,
      team: options.team,
      app: options.app ?? (command.app === 'argument' ? input.optional('APP') : undefined),
      signal: stop.signal,
    });
    try {
      const end = (await command.run(context, input)) ?? (stop.signal.aborted ? 'interrupted' : 'ok');
      return typeof end === 'number' ? end : exitCode(end);
    } catch (error) {
      throw await hinted(error, { command, app: input.optional('APP'), context }, commands);
    } finally {
      context.ui.close();
    }
  } catch (error) {
    if (stop.signal.aborted && !(error instanceof Failure)) return exitCode('interrupted');
    const failure = error instanceof Failure ? error : unforeseen(error);
    tell(failure, json, env);
    return exitCode(failure.exit);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** Adds what only this side knows to a refusal. */
async function hinted(
  error: unknown,
  { command, app, context }: { command: Command; app: string | undefined; context: Context },
  commands: readonly Command[],
): Promise<unknown> {
  if (!(error instanceof Failure)) return (await ofOtherVersion(error, context)) ?? error;
  const { message, why, todo, exit, code, cause } = error;
  if (code === 'unauthenticated' && context.settings.tokenFrom === 'BERTH_TOKEN')
    return new Failure(message, {
      why: 'The token in BERTH_TOKEN is not valid (any more) here.',
      todo: 'Set another, or unset it to use your login.',
      exit,
      code,
      cause,
    });
  if (code !== 'app_not_found') return error;
  // `berth config sett` asks for an app called "sett"; when there is none, a command may have been meant.
  const names = commands.map((one) => one.name);
  const meant = app === undefined ? null : meantCommand(command.name, app, names);
  const hint = meant ?? (await meantApp(context));
  return hint === null ? error : new Failure(message, { why, todo: [hint, ...todo], exit, code, cause });
}

/** An answer of an older or newer platform, which has not all that this command reads, or says it otherwise. */
async function ofOtherVersion(cause: unknown, context: Context): Promise<Failure | null> {
  const meta = await context
    .apiAs(null)
    .get<MetaView>('/v1/meta')
    .catch(() => null);
  if (meta === null || meta.version === version) return null;
  return new Failure(
    `This is berth ${version}, and it does not understand what a platform of version ${meta.version} says.`,
    {
      todo: 'Use the `berth` that belongs to the platform: `npx berth` in its folder, or its dist/cli/berth.cjs.',
      code: 'other_version',
      cause,
    },
  );
}

/** An app of a name like the one that is not there. */
async function meantApp(context: Context): Promise<string | null> {
  const [typed, apps] = await Promise.all([
    context.appOrNull(),
    context.api.list<{ name: string }>('/v1/apps').catch(() => []),
  ]);
  return typed === null
    ? null
    : didYouMean(
        typed,
        apps.map(({ name }) => name),
      );
}

/** A fault of this program: says where to look, and all of it with BERTH_DEBUG. */
function unforeseen(error: unknown): Failure {
  return new Failure(`berth itself failed: ${messageOf(error)}`, {
    todo: 'Run it again with BERTH_DEBUG=1 to see where; please report it.',
    code: 'internal',
    cause: error,
  });
}

function tell(failure: Failure, json: boolean, env: Readonly<Record<string, string | undefined>>): void {
  if (json) {
    const { message, why, todo, code, exit } = failure;
    const error = { code, message, why, todo, exitCode: exitCode(exit) };
    process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
  }
  const style = styleFor(wantsColour(process.stderr.isTTY, env));
  const lines = [`${style.red('✗')} ${safe(failure.message)}`];
  for (const line of failure.why?.split('\n') ?? []) lines.push(`  ${safe(line)}`);
  for (const line of failure.todo) lines.push(`  ${style.cyan('→')} ${safe(line)}`);
  process.stderr.write(`${lines.join('\n')}\n`);
  if (env['BERTH_DEBUG'] && failure.cause instanceof Error) process.stderr.write(`${failure.cause.stack}\n`);
}
