import type { PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { userCommand } from '../command.js';
import { processSource, type Procfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import type { Gemfile } from './gemfile.js';

const PROGRAMS = ['app.rb', 'server.rb', 'main.rb'];

/** Servers of Rack apps by their gem, the most usual first. */
const SERVERS: readonly (readonly [gem: string, command: string])[] = [
  ['puma', 'puma --bind tcp://0.0.0.0:$PORT'],
  ['falcon', 'falcon serve --bind http://0.0.0.0:$PORT'],
  ['unicorn', 'unicorn --port $PORT'],
  ['thin', 'thin start --address 0.0.0.0 --port $PORT'],
];

/** Has the app a start command, as far as its files tell? */
export function starts(files: ProjectFiles, procfile: Procfile | null): boolean {
  return (
    procfile?.has('web') === true || ['config.ru', 'bin/rails', ...PROGRAMS].some((path) => files.has(path))
  );
}

/** How the `web` process starts. Throws BerthError `no_start_command` when nothing says it. */
export function findStart(
  files: ProjectFiles,
  procfile: Procfile | null,
  { gems }: Gemfile,
): { args: string[]; choice: PlanChoice } {
  const result = (value: string, why: string) => ({
    args: userCommand(value).args,
    choice: {
      what: 'Start command',
      value,
      why,
      change: 'Write "web: …" in Procfile, or command = "…" under [start] in berth.toml.',
    },
  });
  const line = procfile?.get('web');
  if (line !== undefined) return result(line, `${processSource(files, 'web')} says so for "web".`);
  const bundled = files.has('Gemfile') ? 'bundle exec ' : '';
  if (isRails(files, gems))
    return result(
      `${bundled}rails server --binding 0.0.0.0 --port $PORT`,
      'config/application.rb says that this is a Rails app.',
    );
  if (files.has('config.ru')) {
    const server = SERVERS.find(([gem]) => gems.has(gem));
    if (server !== undefined)
      return result(
        `${bundled}${server[1]}`,
        `config.ru describes a Rack app, and ${server[0]} is among the gems.`,
      );
    return result(
      gems.size === 0 ? 'puma --bind tcp://0.0.0.0:$PORT' : `${bundled}rackup --host 0.0.0.0 --port $PORT`,
      'config.ru describes a Rack app.',
    );
  }
  const program = PROGRAMS.find((path) => files.has(path));
  if (program !== undefined)
    return result(
      `${bundled}ruby ${program}${gems.has('sinatra') ? ' -o 0.0.0.0 -p $PORT' : ''}`,
      `${program} is there.`,
    );
  throw new BerthError(
    'no_start_command',
    `There is a Gemfile and nothing to start: Berth looked for config.ru, config/application.rb, ${PROGRAMS.join(', ')} and a Procfile. ` +
      'Add a config.ru, or a Procfile with the line "web: bundle exec ruby your-server.rb".',
  );
}

export function isRails(files: ProjectFiles, gems: ReadonlySet<string>): boolean {
  return files.has('config/application.rb') && (gems.has('rails') || gems.has('railties'));
}
