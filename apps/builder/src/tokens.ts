/** Injection tokens: `Parts` of pipeline.ts, and the process's pino logger. */
export const PARTS = Symbol('PARTS');
export const LOGGER = Symbol('LOGGER');
