import { z } from 'zod';
import { addOnKinds } from '#libs/core/add-on.js';
import { appFilters, appStates } from '#libs/core/app-states.js';
import { autoscaleChange, autoscaleView } from '#libs/contracts/autoscale.js';
import { previewsChange, previewsSettings } from '#libs/contracts/previews.js';
import { rolloutChange, rolloutSettings } from '#libs/contracts/rollout.js';
import { limitsChange, limitsView } from '#libs/contracts/limits.js';
import { sleepChange, sleepSettings } from '#libs/contracts/sleep.js';
import { sleepTiers } from '#libs/core/sleep.js';
import { id, instant, nameField, pageOf, pageQuery, revision } from './common.js';
import { deploymentSummary } from './deployments.js';

export const newApp = z
  .object({
    name: nameField,
    /** Slug of the team that owns it; may be left out by a member of one team. */
    team: z.string().optional(),
  })
  .meta({ id: 'NewApp' });
export type NewApp = z.infer<typeof newApp>;

/** Instances by process type. */
export const scale = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/), z.int().min(0).max(20));

/**
 * Body of PATCH /v1/apps/:app. `scale`, `autoscale` and `sleep` act at once; the rest is part of a release, so a running app gets a new release
 * of the same image.
 */
export const appChange = z
  .strictObject({
    /** Of what was read: 409 `changed_meanwhile` when the app is set to something else by now. Left out: whatever it is. */
    revision: revision.optional(),
    /** A number of `web` is fixed: load does not change it any more, until `autoscale` is set. */
    scale: scale.optional(),
    /** Between how many web instances load decides; acts at once. null: back to what berth.toml says. */
    autoscale: autoscaleChange.nullable().optional(),
    /** When the app falls asleep; acts at once, what is left out stays. null: back to what berth.toml says, or Berth’s default. */
    sleep: sleepChange.nullable().optional(),
    /** Does a pushed branch get an app of its own? What is left out stays; null: off. */
    previews: previewsChange.nullable().optional(),
    /** Does a new release get its visitors step by step? What is left out stays; null: off. */
    rollout: rolloutChange.nullable().optional(),
    /** `requestSeconds` and `bodyBytes` act at once. */
    limits: limitsChange.optional(),
    /** Path that must answer 200 to 399 before a release goes live; null: a TCP connection is enough. */
    healthPath: z
      .string()
      .max(500)
      .regex(/^\/[^\s#]*$/, 'A path begins with a slash.')
      .nullable()
      .optional(),
    startTimeoutSeconds: z.int().min(5).max(900).optional(),
    graceSeconds: z.int().min(0).max(300).optional(),
    /** So many releases keep their image and can be gone back to; null: the platform’s number. Acts at once. */
    keepReleases: z.int().min(1).max(1000).nullable().optional(),
    /** Most MiB that images of this app alone may take in the registry; null: the platform’s. Acts at once. */
    diskMb: z.int().min(1).max(10_000_000).nullable().optional(),
  })
  .meta({ id: 'AppChange' });
export type AppChange = z.infer<typeof appChange>;

/** How deep an app is put to sleep at once: kept in memory, or gone until its next request. */
export const sleepNow = z
  .strictObject({ tier: z.enum(['frozen', 'stopped']).default('frozen') })
  .prefault({})
  .meta({ id: 'SleepNow' });
export type SleepNow = z.infer<typeof sleepNow>;

export const appView = z
  .object({
    id,
    name: z.string(),
    team: z.string(),
    /** `app`, or which add-on it is (see /v1/addons). */
    kind: z.enum(['app', ...addOnKinds]),
    /** Where it answers; of an add-on, inside its team. */
    url: z.string(),
    /** Remote for `git push`. */
    gitUrl: z.string(),
    /** Where `docker push` leads, for the team’s own client; its tag `latest` is deployed. */
    imageRepository: z.string(),
    state: z.enum(appStates).meta({ id: 'AppState' }),
    /** Why it is failing, in a sentence. */
    reason: z.string().nullable(),
    liveRelease: z.object({ number: z.int(), description: z.string(), createdAt: instant }).nullable(),
    lastDeployment: deploymentSummary.nullable(),
    scale,
    autoscale: autoscaleView,
    sleep: sleepSettings.extend({
      /** How deep it sleeps now, and since when it is in this tier. */
      tier: z.enum(sleepTiers),
      since: instant,
    }),
    rollout: rolloutSettings,
    previews: previewsSettings,
    /** Where it is the preview of another app's branch. */
    preview: z.object({ of: z.string(), branch: z.string(), expiresAt: instant }).nullable(),
    limits: limitsView,
    healthPath: z.string().nullable(),
    startTimeoutSeconds: z.int(),
    graceSeconds: z.int(),
    /** Null: the platform’s number holds. */
    keepReleases: z.int().nullable(),
    diskMb: z.int().nullable(),
    /** Names what is set of the app, its config included: another one after each change. */
    revision,
    createdAt: instant,
  })
  .meta({ id: 'App' });
export type AppView = z.infer<typeof appView>;
export const appPage = pageOf(appView).meta({ id: 'AppPage' });

export const appListQuery = pageQuery.extend({
  team: z.string().max(80).optional(),
  search: z.string().max(80).optional(),
  state: z.enum(appFilters).optional(),
});

/**
 * What became of a change of config or limits. `deployment`: a deployment of its own carries it; `with-deployment`: it
 * travels with the build under way; `next-deploy`: kept until the first deployment; `applied`: in force without one.
 */
export const changeOutcome = z
  .enum(['deployment', 'with-deployment', 'next-deploy', 'applied', 'unchanged'])
  .meta({ id: 'ChangeOutcome' });

export const changedApp = z
  .object({
    app: appView,
    outcome: changeOutcome,
    /** The deployment that carries the change, where there is one. */
    deployment: deploymentSummary.nullable(),
  })
  .meta({ id: 'ChangedApp' });
export type ChangedApp = z.infer<typeof changedApp>;

/** How deep the app slept when it was woken; `running`: it did not. */
export const wokenApp = z.object({ was: z.enum(sleepTiers) }).meta({ id: 'WokenApp' });
export type WokenApp = z.infer<typeof wokenApp>;
