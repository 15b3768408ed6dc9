import { onPages } from '../lib/on-pages.mjs';

/** `npm run budgets`: measures every page of the platform that runs against apps/dashboard/build/budgets.ts. */
export const budgets = (args, ui) => onPages('budgets.ts', args, ui);
