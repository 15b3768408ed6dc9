import { onPages } from '../lib/on-pages.mjs';

/** `npm run screenshots`: pictures of the pages of the platform that runs, for README and docs. */
export const screenshots = (args, ui) => onPages('pictures.ts', args, ui);
