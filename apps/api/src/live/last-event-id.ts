/** The number that a reconnecting client saw last; null when it sends none, or one that was not ours. */
export function lastEventId(header: string | undefined): bigint | null {
  return header !== undefined && /^\d{1,18}$/.test(header) ? BigInt(header) : null;
}
