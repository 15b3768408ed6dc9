import { z } from 'zod';
import { sleepTiers } from '#libs/core/sleep.js';
import { appLogFilter } from '#libs/contracts/api/logs.js';
import { routeInstance } from '#libs/contracts/edge.js';

/** Lines of a log that are read at once, at most: a download. */
export const mostLogLines = 50_000;

/**
 * The runtime's control socket, `$BERTH_RUN_DIR/runtime.sock`, for the other processes of this host:
 *
 * - `GET /logs?appId&tail&search&instance&process&level&since&until&follow=1&withoutOneOffs=1`: lines as newline-delimited JSON (`appLogLine`), oldest first;
 * - `GET /host`: the engine, and how the runtime is;
 * - `GET /stats?appId`: a fresh sample of each running instance;
 * - `GET /exec?appId&instance` as a WebSocket: a command beside an instance's own, by `libs/contracts/terminal.ts`; who may is
 *   the caller's to decide;
 * - `POST /wake` with `{ appId, release }`: somebody wants the app, or (with a number) only that release of the past; 200 with
 *   `wakeReply` once what was frozen goes on;
 * - `POST /sleep` with `{ appId, tier }`: put it to sleep now, so deep; 200 with `{ asleep }`, false while it is in use;
 * - `GET /run?appId` as a WebSocket: a new one-off instance; `GET /attach?appId&instance`: one that ended or was left;
 * - `DELETE /one-offs?appId&instance&force`: removes a one-off; 204;
 * - `POST /look` with `{ appId }`: look at the app now; 202.
 *
 * Errors are `{ code, message }` with status 400, 404 or 503.
 */
export const runtimeLogQuery = appLogFilter.extend({
  appId: z.uuid(),
  /** What is kept of an app has more lines only where they are short. */
  tail: z.coerce.number().int().min(0).max(mostLogLines).default(200),
  follow: z.enum(['0', '1']).default('0'),
  /** Without the lines of one-offs. */
  withoutOneOffs: z.literal('1').optional(),
});
export type RuntimeLogQuery = z.infer<typeof runtimeLogQuery>;

export const runtimeStatsQuery = z.object({ appId: z.uuid() });
export const runtimeApp = z.object({ appId: z.uuid() });

export const runtimeWake = runtimeApp.extend({ release: z.int().min(1).optional() });
/** How deep the app slept, and what can answer at once; no instances while they have to be started. */
export const wakeReply = z.object({ tier: z.enum(sleepTiers), instances: z.array(routeInstance) });
export type WakeReply = z.infer<typeof wakeReply>;
export const runtimeSleep = runtimeApp.extend({ tier: z.enum(['frozen', 'stopped']).default('frozen') });
/** Why an app cannot be put to sleep now. `unsettled`: it starts, fails, is being deployed or has no instances. `visited`: somebody came meanwhile. */
export const awakeReasons = ['off', 'unsettled', 'in_use', 'use_unknown', 'visited'] as const;
export type AwakeReason = (typeof awakeReasons)[number];
/** null: it sleeps. */
export const sleepReply = z.object({ awake: z.enum(awakeReasons).nullable() });

export const runtimeExec = z.object({ appId: z.uuid(), instance: z.uuid() });

export const runtimeRun = z.object({ appId: z.uuid() });
export const runtimeRemove = runtimeExec.extend({ force: z.enum(['0', '1']).default('0') });

export const runtimeStats = z.object({
  instances: z.array(
    z.object({
      instance: z.string(),
      memoryBytes: z.number(),
      memoryLimitBytes: z.number(),
      pids: z.number(),
      /** CPU time used since the container started. */
      cpuNanos: z.number(),
    }),
  ),
});
export type RuntimeStats = z.infer<typeof runtimeStats>;

export const runtimeHost = z.object({
  /** Of Berth, as this runtime was started. */
  version: z.string(),
  pid: z.number(),
  epoch: z.number().nullable(),
  /** Is the engine's event stream open? */
  engineConnected: z.boolean(),
  /** null: in force. */
  firewall: z.string().nullable(),
  /** Instances that are being started, drained or stopped now. */
  tasks: z.number(),
  /** Containers made ahead that wait for a new function. */
  warm: z.number(),
  /** The last look at everything on this host: when it began (ms since 1970), how long it took. */
  lastLook: z.object({ at: z.number(), ms: z.number() }).nullable().optional(),
  engine: z.record(z.string(), z.unknown()).nullable(),
});
export type RuntimeHost = z.infer<typeof runtimeHost>;
