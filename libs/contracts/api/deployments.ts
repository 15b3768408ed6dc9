import { z } from 'zod';
import { deploymentStatuses } from '#libs/core/deployment-status.js';
import { deploymentSteps } from '#libs/core/steps.js';
import { buildPlan, imageLayer } from '../build-plan.js';
import { buildLimitsView, buildStepReport, buildUsageView } from '../build-report.js';
import { deploymentWait } from '../deployment-wait.js';
import { deploymentError } from '../deployment-error.js';
import { id, instant, pageOf } from './common.js';
import { servedBy } from './mirrors.js';

export const triggers = [
  'git',
  'upload',
  'image',
  'commit',
  'config',
  'restart',
  'rollback',
  'promote',
  'retry',
  'rebuild',
  'addon',
] as const;
export type DeploymentTrigger = (typeof triggers)[number];
export const deploymentStatus = z.enum(deploymentStatuses).meta({ id: 'DeploymentStatus' });

/** What came in by a door. */
export const sourceView = z
  .object({
    kind: z.enum(['git', 'upload', 'image', 'instance', 'addon']),
    commit: z.string().nullable(),
    ref: z.string().nullable(),
    message: z.string().nullable(),
    author: z.string().nullable(),
    format: z.string().nullable(),
    sha256: z.string().nullable(),
    sizeBytes: z.number().nullable(),
    /** The reference as it was written. */
    image: z.string().nullable(),
    /** The instance whose changes were committed. */
    instance: id.nullable(),
  })
  .meta({ id: 'Source' });
export type SourceView = z.infer<typeof sourceView>;

/** A deployment as lists show it. */
export const deploymentSummary = z
  .object({
    id,
    number: z.int(),
    app: z.string(),
    status: deploymentStatus,
    trigger: z.enum(triggers),
    source: sourceView.nullable(),
    release: z.object({ number: z.int(), description: z.string() }).nullable(),
    /** Number of the deployment that took this one's place. */
    supersededBy: z.int().nullable(),
    /** While it waits for a builder: its place in line and why. */
    waiting: deploymentWait.nullable(),
    error: deploymentError.nullable(),
    /** E-mail address of who asked for it; null for Berth itself. */
    createdBy: z.string().nullable(),
    createdAt: instant,
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    /** Milliseconds from acceptance to the end; null while it runs. */
    ms: z.number().nullable(),
  })
  .meta({ id: 'DeploymentSummary' });
export type DeploymentSummary = z.infer<typeof deploymentSummary>;
export const deploymentPage = pageOf(deploymentSummary).meta({ id: 'DeploymentPage' });

/** One named step of the timeline. */
export const stepView = z
  .object({
    name: z.enum(deploymentSteps),
    title: z.string(),
    attempt: z.int(),
    /** Instance that the step is about, or empty. */
    subject: z.string(),
    startedAt: instant,
    endedAt: instant.nullable(),
    ms: z.number().nullable(),
    outcome: z.enum(['running', 'done', 'skipped', 'failed']),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Step' });
export type StepView = z.infer<typeof stepView>;

export const buildStatuses = ['running', 'succeeded', 'failed', 'cancelled'] as const;
/** A build: what was detected, and the image that came out, layer by layer. */
export const buildView = z
  .object({
    id,
    deployment: z.int(),
    attempt: z.int(),
    status: z.enum(buildStatuses),
    language: z.string().nullable(),
    plan: buildPlan.nullable(),
    /** `apps/<appId>@sha256:…`, without the registry's address. */
    image: z.string().nullable(),
    imageBytes: z.number().nullable(),
    layers: z.array(imageLayer).nullable(),
    /** Which registry or mirror served what; empty when nothing had to be fetched. */
    registries: z.array(servedBy),
    /** What was done, and what came from the cache. */
    steps: z.array(buildStepReport).nullable(),
    /** What it might use, and what it used. */
    limits: buildLimitsView.nullable(),
    usage: buildUsageView.nullable(),
    startedAt: instant,
    endedAt: instant.nullable(),
    ms: z.number().nullable(),
  })
  .meta({ id: 'Build' });
export type BuildView = z.infer<typeof buildView>;

/** One deployment with its timeline and its last build. */
export const deploymentView = deploymentSummary
  .extend({ steps: z.array(stepView), build: buildView.nullable() })
  .meta({ id: 'Deployment' });
export type DeploymentView = z.infer<typeof deploymentView>;

/** Body of POST /v1/apps/:app/deployments: an image reference, a release to go back to, a deployment to repeat, or the live source to build again. */
export const newDeployment = z
  .union([
    z.strictObject({
      /** registry/name:tag or name@sha256:… */
      image: z
        .string()
        .min(1)
        .max(500)
        .regex(/^[a-zA-Z0-9][a-zA-Z0-9._\-/:@]*$/, 'This is not an image reference, e.g. nginx:1.27.'),
      /** What the deployment is about. */
      message: z.string().max(1_000).optional(),
    }),
    z.strictObject({ release: z.int().min(1) }),
    z.strictObject({ retry: z.int().min(1) }),
    z.strictObject({ rebuild: z.literal(true) }),
  ])
  .meta({ id: 'NewDeployment' });
export type NewDeploymentBody = z.infer<typeof newDeployment>;

/** A door's answer (202): the deployment that was accepted. */
export const acceptedDeployment = z
  .object({ deployment: deploymentSummary })
  .meta({ id: 'AcceptedDeployment' });
export type AcceptedDeployment = z.infer<typeof acceptedDeployment>;

export const deploymentLogLine = z
  .object({
    /** Grows; resume after it. */
    id: z.string(),
    at: instant,
    kind: z.enum(['phase', 'detail', 'warning', 'error']),
    text: z.string(),
  })
  .meta({ id: 'DeploymentLogLine' });
export type DeploymentLogLine = z.infer<typeof deploymentLogLine>;

export const deploymentLogQuery = z.object({
  after: z
    .string()
    .regex(/^\d{1,18}$/)
    .default('0'),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
});

export const deploymentLog = z
  .object({
    lines: z.array(deploymentLogLine),
    /** true: the deployment has ended and these are its last lines. */
    ended: z.boolean(),
    status: deploymentStatus,
  })
  .meta({ id: 'DeploymentLog' });
export type DeploymentLog = z.infer<typeof deploymentLog>;

/**
 * Messages of GET …/deployments/:number/log/stream, by SSE event name. `line` carries its id as event id; `step` and
 * `status` are sent anew after a reconnection; `end` is the last one.
 */
export const deploymentStream = {
  line: deploymentLogLine,
  step: stepView,
  status: deploymentSummary,
  end: deploymentSummary,
} as const;
