import type { AppView } from '#libs/contracts/api/apps.js';
import type { TeamView } from '#libs/contracts/api/teams.js';
import { candidates } from '../../completion/candidates.js';
import { command, type Command } from '../../frame/command.js';
import { Context } from '../../frame/context.js';

/** Nobody waits longer than this for a list after pressing Tab. */
const PATIENCE_MS = 1_500;

/** @param all every command, this one included */
export const completeWith = (all: () => readonly Command[]): Command =>
  command({
    name: 'complete',
    group: 'More',
    summary: 'Say what the next word may be (the shell’s script calls this)',
    hidden: true,
    arguments: [{ name: 'WORD', about: 'What is typed so far, after --', optional: true, many: true }],
    examples: [['complete -- config s', 'as the shell does']],
    async run(context, input) {
      const words = input.all('WORD');
      const found = candidates(words, all());
      if (found.kind !== 'words' && found.kind !== 'ask') return context.ui.print(`:${found.kind}`);
      const offered =
        found.kind === 'words' ? found.words : [...found.words, ...(await namesOf(context, found.what))];
      const typed = words.at(-1) ?? '';
      for (const word of offered) if (word.startsWith(typed)) context.ui.print(word);
    },
  });

/** Names from the platform; none when it does not answer at once, since the prompt must not hang. */
async function namesOf(context: Context, what: 'app' | 'team'): Promise<string[]> {
  if (context.settings.token === null) return [];
  const { ui, settings, env, cwd } = context;
  const hurried = new Context(ui, settings, env, cwd, AbortSignal.timeout(PATIENCE_MS), undefined);
  try {
    if (what === 'team') return (await hurried.api.list<TeamView>('/v1/teams')).map(({ slug }) => slug);
    return (await hurried.api.list<AppView>('/v1/apps', { team: context.team })).map(({ name }) => name);
  } catch {
    return [];
  }
}
