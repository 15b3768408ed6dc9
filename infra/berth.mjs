#!/usr/bin/env node
/**
 * Berth's own front door: `npm start | stop | run status | run reset | test | run bench`.
 * Runs on any Node from 20 on with Node's own modules, and goes on under Node 24.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem, messageOf } from './lib/problem.mjs';
import { homeOf } from './settings.mjs';
import { bringNode, nodeBin, nodeIsNew, reExec } from './steps/node24.mjs';
import { bundleFile, openBundle } from './steps/open-bundle.mjs';
import { createUi, wrap } from './ui.mjs';

const usage = `Usage: node infra/berth.mjs COMMAND
  start [--parts-only] [--bundle FILE]
                         bring everything up (npm start)
  stop                   stop everything, keep the data (npm stop)
  status [--json]        what runs, where, since when (npm run status)
  reset [--yes]          remove everything (npm run reset)
  bundle [FILE]          an archive to start a host without a network from (npm run bundle)
  stacks [NAME…]         what stack images there are, or make these
  stacks --check | --renew [--if-needed]
                         what Debian has newer than in them; make them anew of that
  test [names…]          check, unit, integration and journey tests (npm test)
  bench                  measure (npm run bench)
  simulate               replay load against the autoscaler (npm run simulate)
  budgets                measure the pages of the platform that runs (npm run budgets)
  screenshots            pictures of its pages (npm run screenshots)`;

/** Each command gives its exit code. Loaded when asked for: most need packages that may not be there yet. */
const commands = {
  start: async () => (await import('./commands/start.mjs')).start,
  stop: async () => (await import('./commands/stop.mjs')).stop,
  status: async () => (await import('./commands/status.mjs')).status,
  reset: async () => (await import('./commands/reset.mjs')).reset,
  bundle: async () => (await import('./commands/bundle.mjs')).bundle,
  stacks: async () => (await import('./commands/stacks.mjs')).stacksCommand,
  test: async () => (await import('./commands/test.mjs')).test,
  bench: async () => (await import('./commands/bench.mjs')).bench,
  simulate: async () => (await import('./commands/simulate.mjs')).simulate,
  budgets: async () => (await import('./commands/budgets.mjs')).budgets,
  screenshots: async () => (await import('./commands/screenshots.mjs')).screenshots,
};

/** What uses npm packages or starts our own processes; the rest runs on the Node that is there. */
const wantsNewNode = ['start', 'test', 'bench', 'simulate', 'budgets', 'screenshots'];

/** @param {string[]} argv */
async function main([name, ...args]) {
  const load = Object.hasOwn(commands, name ?? '') ? commands[name] : null;
  if (!load) {
    console.log(usage);
    return name === undefined || name === 'help' || name === '--help' ? 0 : 2;
  }
  const ui = createUi();
  try {
    const offline = name === 'start' ? bundleFile(args) : null;
    if (offline) await ui.step('Offline bundle', () => openBundle(homeOf(), offline));
    if (wantsNewNode.includes(name) && !nodeIsNew()) {
      const tools = join(homeOf(), 'tools');
      // Only the long way is worth a line: bringing it once.
      const bin = (await nodeBin(tools)) ?? (await ui.step('Node 24', () => bringNode(tools)));
      ui.close();
      return await reExec(bin, fileURLToPath(import.meta.url), [name, ...args]);
    }
    const command = await load();
    return await command(args, ui);
  } catch (error) {
    ui.close();
    return complain(error);
  }
}

/** One paragraph on what went wrong; a stack only for what nobody foresaw. */
function complain(thrown) {
  const error =
    thrown.code === 'ENOSPC'
      ? new Problem({
          what: `The disk is full: ${messageOf(thrown)}.`,
          fix: `Make room on the disk of ${homeOf()}, then try again.`,
          cause: thrown,
        })
      : thrown;
  console.error(
    `\n${wrap(error instanceof Problem ? error.message : `Berth met something that it did not expect: ${messageOf(error)}`)}`,
  );
  if (!(error instanceof Problem) || process.env.BERTH_DEBUG) console.error(error);
  return error.exitCode ?? 1;
}

process.exitCode = await main(process.argv.slice(2));
// Nothing of ours runs in this process any more; a forgotten handle must not keep a terminal waiting.
process.exit();
