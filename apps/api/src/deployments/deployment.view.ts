import type {
  BuildView,
  DeploymentLogLine,
  DeploymentSummary,
  SourceView,
  StepView,
} from '#libs/contracts/api/deployments.js';
import { stepTitles, type StepName } from '#libs/core/steps.js';
import type { LogLine, ShownBuild, ShownDeployment, Step } from '#libs/store/deployment-queries.js';

// Statuses, triggers and JSON columns are written through libs/store's own types, so reading them back trusts those.

export function deploymentSummaryOf(row: ShownDeployment, emails: Map<string, string>): DeploymentSummary {
  return {
    id: row.id,
    number: row.number,
    app: row.app.name,
    status: row.status as DeploymentSummary['status'],
    trigger: row.trigger as DeploymentSummary['trigger'],
    source: row.source && sourceViewOf(row.source),
    release: row.release,
    supersededBy: row.supersededBy,
    waiting: row.status === 'queued' ? (row.waiting as DeploymentSummary['waiting']) : null,
    error: row.error as DeploymentSummary['error'],
    createdBy: (row.createdById !== null && emails.get(row.createdById)) || null,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    ms: millisecondsBetween(row.createdAt, row.endedAt),
  };
}

function sourceViewOf(source: NonNullable<ShownDeployment['source']>): SourceView {
  const { kind, commit, ref, message, author, format, sha256, sizeBytes, image } = source;
  return {
    kind: kind as SourceView['kind'],
    ...{ commit, ref, message, author, format, sha256, image },
    instance: source.instanceId,
    sizeBytes: sizeBytes === null ? null : Number(sizeBytes),
  };
}

export function stepViewOf(row: Step): StepView {
  const name = row.name as StepName;
  return {
    name,
    title: stepTitles[name] ?? row.name,
    attempt: row.attempt,
    subject: row.subject,
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    ms: millisecondsBetween(row.startedAt, row.endedAt),
    outcome: row.outcome as StepView['outcome'],
    detail: row.detail as StepView['detail'],
  };
}

export function buildViewOf(row: ShownBuild): BuildView {
  return {
    id: row.id,
    deployment: row.deployment.number,
    attempt: row.attempt,
    status: row.status as BuildView['status'],
    language: row.language,
    plan: row.plan as BuildView['plan'],
    image: row.image,
    imageBytes: row.imageBytes === null ? null : Number(row.imageBytes),
    layers: row.layers as BuildView['layers'],
    registries: (row.registries ?? []) as BuildView['registries'],
    steps: row.steps as BuildView['steps'],
    limits: row.limits as BuildView['limits'],
    usage: row.usage as BuildView['usage'],
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    ms: millisecondsBetween(row.startedAt, row.endedAt),
  };
}

export function logLineViewOf(row: LogLine): DeploymentLogLine {
  return {
    id: String(row.id),
    at: row.at.toISOString(),
    kind: row.kind as DeploymentLogLine['kind'],
    text: row.text,
  };
}

function millisecondsBetween(start: Date, end: Date | null): number | null {
  return end && Math.max(0, end.getTime() - start.getTime());
}
