/** Injection tokens: `Runtime`, and the process's pino logger. */
export const RUNTIME = Symbol('RUNTIME');
export const LOGGER = Symbol('LOGGER');
