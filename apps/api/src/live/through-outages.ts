import { isDatabaseAway } from '#libs/store/outage.js';

/**
 * One pass of a live stream; null when the database is away: the stream stays open, and its next pass, once the listener is back,
 * shows what came meanwhile.
 */
export async function throughOutages<T>(pass: () => Promise<T>): Promise<T | null> {
  try {
    return await pass();
  } catch (error) {
    if (isDatabaseAway(error)) return null;
    throw error;
  }
}
