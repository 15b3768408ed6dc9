import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import type { ReleaseDiff } from '#libs/contracts/api/release-diff.js';
import { imageLayer, type ImageLayer } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { openSnapshot } from '#libs/source/snapshot.js';
import type { Db } from '#libs/store/db.js';
import { releaseParts, type ReleaseParts, type ReleaseSource } from '#libs/store/release-queries.js';
import { openReleaseConfig } from '#libs/store/releases.js';
import { DB, SEALER } from '#libs/store/store.module.js';
import { Slots } from '../../http/slots.js';
import { diffConfig, diffSettings } from './config-diff.js';
import { diffLayers } from './layer-diff.js';
import { diffSources } from './source-diff.js';

/** Reading two sources takes long enough. */
const PATIENCE_MS = 20_000;

/** What changed between two releases of an app: code, config, settings, image. */
@Injectable()
export class ReleaseDiffer {
  private readonly slots = new Slots({ running: 2, waiting: 20, waitMs: 20_000 }, 'comparisons');

  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(DB) private readonly db: Db,
    @Inject(SEALER) private readonly sealer: Sealer,
  ) {}

  /** Throws `release_not_found`. */
  async diff(appId: string, from: number, to: number): Promise<ReleaseDiff> {
    const before = await releaseParts(this.db, appId, from);
    const after = await releaseParts(this.db, appId, to);
    return {
      ...{ from, to },
      code: await this.code(before.source, after.source),
      config: diffConfig(
        openReleaseConfig(this.sealer, before.release),
        openReleaseConfig(this.sealer, after.release),
      ),
      settings: diffSettings(before.release, after.release),
      image: {
        ...{ before: before.release.image, after: after.release.image },
        ...diffLayers(layersOf(before), layersOf(after)),
      },
    };
  }

  private async code(
    before: ReleaseSource | null,
    after: ReleaseSource | null,
  ): Promise<ReleaseDiff['code']> {
    const sides = { before: sideOf(before), after: sideOf(after) };
    const nothing = { ...sides, files: [], more: 0 };
    if (before?.id === after?.id) return { ...nothing, unknown: null };
    if (before === null || after === null)
      return { ...nothing, unknown: 'One of the two was not built from source.' };
    const release = await this.slots.take();
    try {
      return { ...sides, unknown: null, ...(await this.files(before, after)) };
    } catch (error) {
      if (!(error instanceof BerthError)) throw error;
      return { ...nothing, unknown: error.message };
    } finally {
      release();
    }
  }

  private async files(before: ReleaseSource, after: ReleaseSource) {
    const options = { home: this.env.BERTH_HOME, signal: AbortSignal.timeout(PATIENCE_MS) };
    const old = await openSnapshot(before, options);
    try {
      const now = await openSnapshot(after, options);
      try {
        return await diffSources(old, now);
      } finally {
        await now.close();
      }
    } finally {
      await old.close();
    }
  }
}

function sideOf(source: ReleaseSource | null): ReleaseDiff['code']['before'] {
  return source && { kind: source.kind, commit: source.commit, message: source.message };
}

function layersOf({ release }: ReleaseParts): ImageLayer[] {
  return z.array(imageLayer).safeParse(release.build?.layers).data ?? [];
}
