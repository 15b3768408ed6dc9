/** Postgres' codes for a text, or a text in JSON, with the character NUL. */
const codes = ['22021', '22P05'];

interface OfPrisma {
  meta?: { driverAdapterError?: { cause?: { originalCode?: string } } };
}

/** Was this thrown because of a text that Postgres cannot keep, nor compare with what it keeps? */
export function isUnstorable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return codes.includes((error as OfPrisma).meta?.driverAdapterError?.cause?.originalCode ?? '');
}
