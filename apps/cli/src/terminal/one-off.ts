import type { ClientFrame } from '#libs/contracts/terminal.js';
import type { ServerFrame } from '#libs/contracts/terminal-frames.js';
import { stepTitles } from '#libs/core/steps.js';
import type { ToServer } from '#libs/terminal/channel.js';
import { dockerRun } from '../deployment/steps.js';
import { saidOf } from '../deployment/timeline.js';
import type { Context } from '../frame/context.js';
import { pad, padStart, safe } from '../ui/text.js';
import type { Streams } from '../ui/ui.js';
import { duration } from '../ui/units.js';
import { attach, type Ends, type Outcome } from './attach.js';

const TITLE = 28;
const TIME = 8;

/** What joining adds to the steps that a deployment has too. */
const attachStep = {
  title: 'Terminal attached',
  about: 'it joins your terminal with the command’s',
};

/**
 * Begins a one-off with `start`, tells its steps, joins it until its end, and says what is left of it.
 *
 * @returns the command's exit code
 */
export async function oneOffSession(
  context: Context,
  channel: ToServer,
  start: ClientFrame & { t: 'run' | 'attach' },
  options: { ends: Ends; here: Streams; remove: boolean; quiet: boolean; leaveAtOnce?: boolean },
): Promise<number> {
  let id = '';
  const onFrame = (frame: ServerFrame): void => {
    if (options.quiet) return;
    if (frame.t === 'pulling') tellPull(context, frame.line, options.here);
    if (frame.t !== 'step') return;
    context.ui.live.stop();
    tellStep(context, frame);
  };
  const onStarted = (instance: string): void => {
    id = instance;
    if (options.leaveAtOnce) void channel.send({ t: 'detach' });
  };
  await channel.send(start);
  const outcome = await attach(context, channel, { ...options, leave: 'detach', onFrame, onStarted });
  if (!options.quiet) tellEnd(context, id.slice(-8), outcome, options.remove);
  return outcome.how === 'exit' ? outcome.code : 0;
}

/** At a terminal one line that changes, else a line for each change. */
function tellPull({ ui }: Context, line: string, { stderr }: Streams): void {
  const text = safe(`docker run pulls the image: ${line}`);
  if (stderr.isTTY) ui.live.show(() => text);
  else ui.say(text);
}

function tellStep({ ui }: Context, step: ServerFrame & { t: 'step' }): void {
  const title = step.name === 'attach' ? attachStep.title : stepTitles[step.name];
  const about = step.name === 'attach' ? attachStep.about : dockerRun[step.name];
  const style = ui.err;
  ui.say(`${style.green('✓')} ${pad(title, TITLE)} ${padStart(duration(step.ms), TIME)}`);
  for (const line of saidOf(step, about, { style, columns: ui.room })) ui.say(line);
}

function tellEnd({ ui, appFlag }: Context, id: string, outcome: Outcome, remove: boolean): void {
  if (outcome.how === 'detached') {
    ui.say(`Left ${id}, which goes on until ${outcome.until} at the latest.`);
    return ui.say(`  \`berth start -ai ${id}${appFlag}\` joins it again.`);
  }
  const code = outcome.how === 'exit' ? outcome.code : 0;
  if (remove) return ui.say(`The command ended with ${code}; its container and writable layer are removed.`);
  ui.say(`The command ended with ${code}. Its container ${id} is stopped, not removed:`);
  ui.say(
    `  \`berth start -ai ${id}${appFlag}\` starts it again, with what it wrote; \`berth rm ${id}${appFlag}\` removes it.`,
  );
}
