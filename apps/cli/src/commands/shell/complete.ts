import type { AppView } from '#libs/contracts/api/apps.js';
import type { TeamView } from '#libs/contracts/api/teams.js';
import { candidates, splitTyped, type Offer } from '../../completion/candidates.js';
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
    about: [
      'Each line is a word, and what it means after a tab; `:files` and `:folders` leave it to the shell.',
    ],
    arguments: [{ name: 'WORD', about: 'What is typed so far, after --', optional: true, many: true }],
    examples: [['complete -- config s', 'as the shell does']],
    async run(context, input) {
      const words = input.all('WORD');
      const { prefix, before, typed } = splitTyped(words.at(-1) ?? '');
      const found = candidates([...words.slice(0, -1), ...before, typed], all());
      if (found.kind !== 'words' && found.kind !== 'ask') return context.ui.print(`:${found.kind}`);
      const names: Offer[] = found.kind === 'ask' ? await namesOf(context, found.what) : [];
      for (const { word, about } of [...found.offers, ...names])
        if (word.startsWith(typed)) context.ui.print(`${prefix}${word}${about ? `\t${about}` : ''}`);
    },
  });

/** Names from the platform; none when it does not answer at once, since the prompt must not hang. */
async function namesOf(context: Context, what: 'app' | 'team'): Promise<Offer[]> {
  if (context.settings.token === null) return [];
  const { ui, settings, env, cwd } = context;
  const hurried = new Context(ui, settings, env, cwd, AbortSignal.timeout(PATIENCE_MS), undefined);
  try {
    if (what === 'team') {
      const teams = await hurried.api.list<TeamView>('/v1/teams');
      return teams.map(({ slug, name }) => ({ word: slug, about: name }));
    }
    const apps = await hurried.api.list<AppView>('/v1/apps', { team: context.team });
    return apps.map(({ name, state, url }) => ({ word: name, about: `${state}, ${url}` }));
  } catch {
    return [];
  }
}
