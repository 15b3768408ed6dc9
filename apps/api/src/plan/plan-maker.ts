import { Inject, Injectable } from '@nestjs/common';
import { planAnyway } from '#libs/buildpack/plan-anyway.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import type { PlanView } from '#libs/contracts/api/plan.js';
import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import type { SnapshotTree } from '#libs/core/snapshot-tree.js';
import { stackImages } from './stack-images.js';

/** Stands for an app where none is named: only the names of its caches depend on it. */
const NO_APP = '00000000-0000-0000-0000-000000000000';

/** Plans sources as the builder would, without building: planning is a pure matter of the source's files. */
@Injectable()
export class PlanMaker {
  constructor(@Inject(ENV) private readonly env: Env) {}

  /** Throws `cannot_plan` with the builder's own words, which name file and fix. */
  async plan(
    tree: SnapshotTree,
    app: { id?: string | undefined; name?: string | undefined } = {},
  ): Promise<PlanView> {
    const stacks = await stackImages(this.env.BERTH_HOME);
    const plan = await planAnyway(tree, {
      appId: app.id ?? NO_APP,
      ...(app.name !== undefined && { appName: app.name }),
      stacks,
    }).catch((error: unknown) => {
      throw error instanceof BerthError ? cannotPlan(error) : error;
    });
    return {
      plan,
      files: tree.entries.length,
      stacks: plan.stacks.map((name) => ({ name, image: stacks[name] ?? null })),
      caches: cachesOf(plan),
    };
  }
}

function cannotPlan(error: BerthError): BerthError {
  return new BerthError('cannot_plan', error.message, {
    details: { ...error.details, reason: error.code },
    cause: error,
  });
}

function cachesOf({ dockerfile }: BuildPlan): string[] {
  const mounts = dockerfile.matchAll(/--mount=type=cache,\S*?target=([^,\s]+)/g);
  return [...new Set([...mounts].map(([, target]) => target as string))];
}
