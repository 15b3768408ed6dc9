/** Prisma's, pg's and the system's ways to say that Postgres is away, restarting, or has no connection to spare. */
const CODES = new Set([
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  '08006',
  '53300',
  '57P01',
  '57P02',
  '57P03',
]);

/** pg gives these no code. */
const MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
];

/** Was this thrown because the database is away? Then the same call may succeed later, and nothing was changed by it. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && CODES.has(code)) return true;
  return MESSAGES.some((message) => error.message.startsWith(message)) || isDatabaseAway(error.cause);
}
