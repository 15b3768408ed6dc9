import { z } from 'zod';

/** One container that answers for an app. */
export const routeInstance = z.object({
  instanceId: z.string(),
  address: z.string(),
  port: z.number().int(),
  /** What it speaks; absent: HTTP/1.1. */
  protocol: z.enum(['h2c']).optional(),
  /** Whose it is, where the app's visitors are split between two releases. */
  release: z.int().optional(),
});

/**
 * One that stands still. The activator lets it go on by itself: `text` written to `file`, one of the kernel's (freezer of cgroups
 * version 1, or 2). A file that is gone belongs to a container that is gone.
 */
export const frozenInstance = routeInstance.extend({
  thaw: z.object({
    file: z.string().regex(/^\/.+\/(freezer\.state|cgroup\.freeze)$/),
    text: z.enum(['THAWED', '0']),
  }),
});

/** How an app's visitors are shared out between releases. */
export const routeSplit = z.object({
  /** Name of the cookie that keeps a visitor with a release; null: nobody is kept. */
  cookie: z.string().nullable(),
  parts: z
    .array(
      z.object({
        release: z.int(),
        /** Share, 0 to 100. */
        weight: z.int().min(0).max(100),
        /** The cookie's value for this release, the same as Traefik's. */
        key: z.string(),
      }),
    )
    .min(1)
    .max(2),
});

/** `answerPaths`, `answerAgents`: answered in the sleeping app's place; `waitingPage`: for browsers that wait longer than 2 s. */
export const whileAsleep = z.object({
  waitingPage: z.boolean(),
  answerPaths: z.array(z.string()),
  answerAgents: z.array(z.string()),
});

/**
 * What the activator does for a host name.
 * `serving`: proxy to one of `instances`; `starting`: nothing answers yet, hold the request (bounded);
 * `asleep`: hold the request and have the app woken (`POST /wake` of the runtime's socket);
 * `no-release`: nothing was ever deployed; `failing`: the live release's instances keep dying; `stopped`: nothing is meant to run (scaled to 0, or a release of the past).
 */
export const routeTarget = z.object({
  appId: z.string(),
  app: z.string(),
  releaseNumber: z.number().int().nullable(),
  state: z.enum(['serving', 'starting', 'asleep', 'no-release', 'failing', 'stopped']),
  /** One sentence for the page shown when nothing can answer. */
  message: z.string().nullable(),
  instances: z.array(routeInstance),
  /** Of one that is asleep: what can be let go on at once, while the runtime is told. */
  frozen: z.array(frozenInstance).optional(),
  /** What the owner wants of requests while the app sleeps or starts; not there: hold them. */
  whileAsleep: whileAsleep.optional(),
  /** Who gets which release; absent: all get the same. A part without an instance is left out until it has one. */
  split: routeSplit.optional(),
  /** A release of the past: it is woken by itself (`POST /wake` with its number), and its visitors are no load of the app's. */
  visit: z.boolean().optional(),
  /** Requests in flight that one instance takes at most; the next ones wait. Absent or null: no limit. */
  concurrency: z.int().min(1).nullable().optional(),
  /** Seconds until an answer must have begun, once the app has the whole request. Absent: no limit. */
  requestSeconds: z.int().min(1).optional(),
  /** Bytes that the body of one request may have. Absent: no limit. */
  bodyBytes: z.int().min(1).optional(),
});

/**
 * The inside of one team's network: its bridge's own address, where containers reach the activator, and the apps that
 * they may call as `http://NAME.internal`.
 */
export const teamGate = z.object({
  /** The bridge's address, e.g. 10.64.4.1. */
  gateway: z.ipv4(),
  /** CIDR; only callers from it are heard. */
  subnet: z.cidrv4(),
  /** App names, each with the key in `hosts` that it stands for. */
  apps: z.record(z.string(), z.string()),
});

/**
 * All hosts of one machine's edge. `(epoch, generation)` orders tables: epoch is the runtime's, generation counts
 * within it; the activator refuses a lower pair. Keys of `hosts` are lower-case host names without a port.
 */
export const routeTable = z.object({
  epoch: z.number().int(),
  generation: z.number().int(),
  hosts: z.record(z.string(), routeTarget),
  /** Absent in tables of a runtime that knows no inside. */
  gates: z.array(teamGate).max(1_024).optional(),
});

/** Answer of `PUT /table`: the pair now in force. 409 carries the same body when the sent one was older. */
export const tableAck = z.object({ epoch: z.number().int(), generation: z.number().int() });

/** Counters since the activator started, keyed by instance id. Durations in seconds. */
export const edgeStats = z.object({
  epoch: z.number().int(),
  generation: z.number().int(),
  instances: z.record(
    z.string(),
    z.object({
      appId: z.string(),
      /** Requests and open WebSockets now in flight. */
      inFlight: z.number().int(),
      /** Connections kept open to it for nobody. */
      idle: z.number().int().optional(),
      requests: z.number().int(),
      errors: z.number().int(),
      /** Cumulative histogram: upper bounds in `edgeBuckets`, last is +Inf. */
      buckets: z.array(z.number().int()),
    }),
  ),
  /** By app id; absent from an activator that does not count it. */
  apps: z
    .record(
      z.string(),
      z.object({
        /** Requests and WebSockets now in flight or waiting for an instance. */
        now: z.number().int(),
        /** Their time, added up: its growth over a span of time is the mean number of them. */
        seconds: z.number(),
      }),
    )
    .optional(),
});

/** Upper bounds in seconds of the request-duration histograms, the same in Traefik and the activator. */
export const edgeBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/**
 * For so long (ms) the runtime's answer to a wake stands in for the table, which follows within milliseconds. The runtime
 * freezes nothing that it named until this is over.
 */
export const standInMs = 2_000;

export type FrozenInstance = z.infer<typeof frozenInstance>;
export type RouteInstance = z.infer<typeof routeInstance>;
export type RouteSplit = z.infer<typeof routeSplit>;
export type RouteTarget = z.infer<typeof routeTarget>;
export type TeamGate = z.infer<typeof teamGate>;
export type RouteTable = z.infer<typeof routeTable>;
export type EdgeStats = z.infer<typeof edgeStats>;
