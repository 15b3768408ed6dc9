import { isUp } from '../records.mjs';
import { findCopy } from '../state.mjs';
import { startLock } from './start.mjs';
import { shutdown } from './shutdown.mjs';

/** `npm stop`: everything of this copy stops; its data stays. */
export async function stop(_args, ui) {
  const copy = await findCopy();
  if (!copy) {
    ui.line('There is no Berth here: nothing to stop.');
    return 0;
  }
  return startLock(copy, async () => {
    const ran = await isUp(copy);
    await shutdown(copy, ui);
    ui.line(
      ran
        ? 'Berth has stopped; its data is kept. "npm start" brings everything back.'
        : 'Berth was not running.',
    );
    return 0;
  });
}
