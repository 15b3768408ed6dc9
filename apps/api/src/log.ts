import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import type { Env } from '#libs/config/env.js';

/** Injection token of the process's pino `Logger`. */
export const LOG = Symbol('LOG');

const SECRET_FIELDS = ['authorization', 'cookie', 'password', 'secret', 'token', 'set-cookie'];

/** A log of one JSON line per entry on stdout, in which fields that may hold a secret are blanked. */
export function openLog(env: Pick<Env, 'LOG_LEVEL'>): Logger {
  return pino({
    level: env.LOG_LEVEL,
    base: { process: 'api' },
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [`["${field}"]`, `*["${field}"]`, `*.*["${field}"]`]),
      censor: '[secret]',
    },
  });
}

/** Nest's own messages in the same log; its chatter about each route is only of use when debugging. */
export function nestLog(log: Logger): LoggerService {
  const at =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void =>
      log[level](
        { context: rest.at(-1), ...(message instanceof Error && { err: message }) },
        message instanceof Error ? message.message : String(message),
      );
  return {
    log: at('debug'),
    debug: at('debug'),
    verbose: at('debug'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
  };
}
