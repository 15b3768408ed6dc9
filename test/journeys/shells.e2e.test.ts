import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shells } from '#apps/cli/src/completion/scripts.js';
import { hostOf, platformHost, token } from '../support/berth.js';
import { binary, oldestNode, Person } from '../support/cli.js';
import { Terminal } from '../support/terminal.js';

const run = promisify(execFile);
/** The app that every platform starts with. */
const app = 'hello-node';

let me: Person;
let env: Record<string, string>;
beforeAll(async () => {
  me = await Person.create();
  const login = ['login', '--url', `http://${platformHost}`, '--token', '-'];
  expect(await me.berth(login, { input: token() })).toMatchObject({ code: 0 });
  // As people have it: on the PATH, under its own name.
  const bin = join(me.home, 'bin');
  await mkdir(bin);
  await copyFile(binary, join(bin, 'berth'));
  await chmod(join(bin, 'berth'), 0o755);
  env = { PATH: `${bin}:${dirname(oldestNode)}:${process.env.PATH ?? ''}` };
});
afterAll(() => me.remove());

/** Types a line with Tab in it and Enter, and waits for what the command that became of it prints. */
async function types(terminal: Terminal, keys: string, prints: RegExp): Promise<void> {
  terminal.type(`${keys}\r`);
  await terminal.shows(prints);
  await terminal.shows(/ready> /);
}

const names = Object.keys(shells) as (keyof typeof shells)[];
const prompts = {
  bash: "PS1='ready> '",
  zsh: "PROMPT='ready> '",
  fish: 'function fish_prompt; echo -n "ready> "; end',
};
const startFiles = { bash: '.bashrc', zsh: '.zshrc', fish: '.config/fish/config.fish' };

it.each(names)(
  'a real %s completes commands, options and names of apps once the line of the help was followed',
  async (shell) => {
    const file = startFiles[shell];
    await me.folder('.', { [file]: `${prompts[shell]}\n` });
    const { stdout: help } = await me.berth(['completion', '--help']);
    // In one piece, to be copied.
    expect(help).toContain(shells[shell].install);
    // shell-ok: the line that people are told to type is what is tested
    await run('sh', ['-c', shells[shell].install], { env: me.env(env) });

    const terminal = Terminal.run(me, [shell, '-i'], env);
    await terminal.shows(/ready> /);
    await types(terminal, 'berth who\t', /via|Platform/);
    await types(terminal, `berth inf\t${app.slice(0, -1)}\t`, new RegExp(hostOf(app)));
    await types(terminal, `berth apps --sea\t${app}`, new RegExp(hostOf(app)));
    await types(terminal, `berth apps:inf\t--app=${app.slice(0, -1)}\t`, new RegExp(hostOf(app)));
    // What cannot be told apart is listed.
    terminal.type('berth config \t\t');
    await terminal.shows(/unset/);
    terminal.close();
    await terminal.ended;
  },
);
