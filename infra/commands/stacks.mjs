import { Problem, messageOf } from '../lib/problem.mjs';
import { interruptRuns } from '../lib/run.mjs';
import { ensureStacks, knownStacks, renewStacks } from '../stacks/stacks.mjs';
import { stacks } from '../stacks/table.mjs';
import { stackUpdates } from '../stacks/updates.mjs';
import { findCopy } from '../state.mjs';

/**
 * `berth.mjs stacks`: lists the stack images; `stacks NAME…` makes those that are missing. `--json` is how the builder asks
 * for one: a line `{"note": …}` for what goes on, and `{"error": …}` where it did not work. `--check` lists what Debian has newer
 * than in them, `--renew` makes all of them anew of that, with `--if-needed` only where there is something.
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
    if (args.includes('--check') || args.includes('--if-needed')) {
      const news = await check(copy, ui);
      if (args.includes('--check') || news === 0) return 0;
    }
    if (args.includes('--renew')) await renew(copy, ui);
    else if (names.length === 0) await list(copy, ui);
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

/** Prints what is newer, and says how many packages that are. */
async function check(copy, ui) {
  const found = await ui.step("Debian's newer packages", ({ note }) => stackUpdates(copy, note));
  const all = new Map([...found.values()].flat().map((update) => [update.name, update]));
  for (const [name, updates] of found) {
    const security = updates.filter((update) => update.security).length;
    ui.line(`${name.padEnd(14)} ${updates.length} newer, ${security} of them for security`);
  }
  for (const { name, from, to, security } of all.values())
    ui.line(`  ${name} ${from} → ${to}${security ? ' (security)' : ''}`);
  ui.line(
    all.size === 0
      ? 'The stack images have what Debian has.'
      : 'Make them anew: node infra/berth.mjs stacks --renew',
  );
  return all.size;
}

async function renew(copy, ui) {
  await ui.step('Stack images, anew', async ({ note }) => (await renewStacks(copy, note)).join(', '));
  ui.line(
    'What is built from now on stands on them. "berth stacks" lists the apps that stand on older ones,',
  );
  ui.line('"berth stacks rebuild" builds those again, from the source that is live.');
}

async function list(copy, ui) {
  const known = await knownStacks(copy);
  for (const { name, holds } of stacks)
    ui.line(`${name.padEnd(14)} ${(known[name] ?? 'made when an app needs it').padEnd(44)} ${holds}`);
}
