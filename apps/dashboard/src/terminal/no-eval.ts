import { config } from 'zod';

/** Zod tries out whether it may compile its checks; the Content-Security-Policy refuses, and reports each try. */
config({ jitless: true });
