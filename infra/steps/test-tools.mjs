import { which } from '../lib/run.mjs';
import { installDebian } from './debian.mjs';

/** What journeys use beside the platform: a browser for the pages (CHROMIUM names another), and the shells that `berth` completes in. */
export async function bringTestTools(note = () => {}) {
  const wanted = [...(process.env.CHROMIUM ? [] : ['chromium']), 'zsh', 'fish'];
  const needed = [];
  for (const name of wanted) if (!(await which(name))) needed.push(name);
  return (await installDebian({ needed, note })).join(', ') || 'already there';
}
