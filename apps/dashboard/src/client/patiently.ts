/** Waits before each further try of a script that could not be loaded. */
const PAUSES_MS = [300, 1000, 3000];

/** Loads a part of the page's script, with patience for a network that comes back. */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return load();
}
