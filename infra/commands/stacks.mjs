import { Problem, messageOf } from '../lib/problem.mjs';
import { interruptRuns } from '../lib/run.mjs';
import { ensureStacks, knownStacks } from '../stacks/stacks.mjs';
import { stacks } from '../stacks/table.mjs';
import { findCopy } from '../state.mjs';

/**
 * `berth.mjs stacks`: lists the stack images; `stacks NAME…` makes those that are missing. `--json` is how the builder asks
 * for one: a line `{"note": …}` for what goes on, and `{"error": …}` where it did not work.
 */
export async function stacksCommand(args, ui) {
  const names = args.filter((arg) => !arg.startsWith('--'));
  const say = args.includes('--json') ? (line) => console.log(JSON.stringify(line)) : null;
  process.once('SIGTERM', () => {
    interruptRuns();
    process.exit(143); // the Engine ends a build whose client has gone
  });
  try {
    const copy = await theCopy();
    if (names.length === 0) await list(copy, ui);
    else await make(copy, names, ui, say);
    return 0;
  } catch (error) {
    if (!say) throw error;
    say({ error: messageOf(error) });
    return 1;
  }
}

async function theCopy() {
  const copy = await findCopy();
  if (copy?.state.parts?.docker?.address) return copy;
  throw new Problem({
    what: 'There is no Berth with a Docker Engine here yet.',
    fix: 'Run "npm start" first.',
  });
}

async function make(copy, names, ui, say) {
  const unknown = names.filter((name) => !stacks.some((stack) => stack.name === name));
  if (unknown.length > 0)
    throw new Problem({
      what: `There is no stack ${unknown.join(', ')}.`,
      fix: `There are ${stacks.map(({ name }) => name).join(', ')}.`,
    });
  if (say) await ensureStacks(copy, names, (note) => say({ note }));
  else await ui.step(`Stack ${names.join(', ')}`, ({ note }) => ensureStacks(copy, names, note));
}

async function list(copy, ui) {
  const known = await knownStacks(copy);
  for (const { name, holds } of stacks)
    ui.line(`${name.padEnd(14)} ${(known[name] ?? 'made when an app needs it').padEnd(44)} ${holds}`);
}
