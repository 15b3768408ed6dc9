import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A berth.toml that changes nothing: what may be written, as comments. */
export function starterToml(app: string): string {
  return `# How Berth builds and runs ${app}. All of it is optional: \`berth plan\` shows what Berth finds
# by itself, and what to write here to change it.

# [build]
# command = "npm run build"
#
# [start]
# command = "node server.js"
# port = 3000                  # if the app does not read $PORT
#
# [processes]
# worker = "node worker.js"    # \`berth scale worker=1\` starts it
#
# [health]
# path = "/healthz"
#
# [[cron]]
# name = "tidy"
# schedule = "0 3 * * *"
# command = "node tidy.js"
`;
}

/** Writes one into a folder that has none. False: there is one, and it is left as it is. */
export async function writeStarterToml(folder: string, app: string): Promise<boolean> {
  try {
    await writeFile(join(folder, 'berth.toml'), starterToml(app), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
