import { join } from 'node:path';
import { ask } from '#bench/http.js';

/** The supervisor's word on its parts. */
interface SupervisorStatus {
  fingerprint: string | null;
  parts: Record<string, { state: string; pid: number | null }>;
}

const patienceMs = 60_000;

/**
 * Restarts one of the platform's processes as an upgrade does (the activator beside its old one, the others one after the other), and waits
 * until the new one is ready. `runDir`: where the supervisor's socket lies.
 */
export async function restartPart(runDir: string, name: string): Promise<void> {
  const socketPath = join(runDir, 'supervisor.sock');
  const before = await statusOf(socketPath);
  // As it was: nothing of the code has changed.
  const query = new URLSearchParams({ names: name, fingerprint: before.fingerprint ?? '' });
  await said({ socketPath, method: 'POST', path: `/restart?${query}` });
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const part = (await statusOf(socketPath)).parts[name];
    if (part?.state === 'ready' && part.pid !== null && part.pid !== before.parts[name]?.pid) return;
    if (Date.now() > deadline) throw new Error(`Waited a minute for another ${name}, in vain.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function statusOf(socketPath: string): Promise<SupervisorStatus> {
  return JSON.parse(await said({ socketPath, path: '/status' })) as SupervisorStatus;
}

async function said(options: { socketPath: string; method?: string; path: string }): Promise<string> {
  const { status, body } = await ask({ ...options, timeoutMs: patienceMs });
  if (status !== 200) throw new Error(`The supervisor answered ${status}: ${body.slice(0, 200)}`);
  return body;
}
