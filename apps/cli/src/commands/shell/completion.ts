import { basename } from 'node:path';
import { shells, type Shell } from '../../completion/scripts.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';

const names = Object.keys(shells) as Shell[];

export const completion = command({
  name: 'completion',
  group: 'More',
  summary: 'Print the script that completes berth in your shell',
  about: names.map((name) => `${name}:  ${shells[name].install}`),
  arguments: [
    { name: 'SHELL', about: 'bash, zsh or fish; yours if left out', optional: true, completes: names },
  ],
  examples: [['completion bash', 'eval "$(berth completion bash)" tries it at once']],
  async run({ ui, env }, input) {
    const typed = input.optional('SHELL') ?? basename(env['SHELL'] ?? '');
    const shell = names.find((name) => name === typed);
    if (!shell)
      throw usage(
        typed === '' ? 'Which shell?' : `There is no script for ${typed}.`,
        `It is one of ${names.join(', ')}.`,
      );
    ui.result({ shell, script: shells[shell].script }, () => ui.print(shells[shell].script.trimEnd()));
  },
});
