import { z } from 'zod';
import { addOnKinds } from '#libs/core/add-on.js';
import { appStates } from '#libs/core/app-states.js';
import { id, instant, nameField, pageOf, pageQuery } from './common.js';
import { configKey } from './config.js';
import { deploymentSummary } from './deployments.js';

export const addOnKind = z.enum(addOnKinds).meta({ id: 'AddOnKind' });

/** Body of POST /v1/addons. */
export const newAddOn = z
  .strictObject({
    kind: addOnKind,
    /** Unique on the platform as an app’s; left out: the kind and some letters. */
    name: nameField.optional(),
    /** Slug of the team that owns it; may be left out by a member of one team. */
    team: z.string().optional(),
  })
  .meta({ id: 'NewAddOn' });
export type NewAddOn = z.infer<typeof newAddOn>;

/** A server of data beside a team’s apps. Its logs, instances, metrics and limits are those of the app of its name. */
export const addOnView = z
  .object({
    id,
    name: z.string(),
    team: z.string(),
    kind: addOnKind,
    state: z.enum(appStates).meta({ id: 'AppState' }),
    /** Why it is failing, in a sentence. */
    reason: z.string().nullable(),
    /** Where the team’s apps reach it; the URL that they get has user and password too. */
    url: z.string(),
    /** The apps that use it, and the variable that has the URL. */
    attachments: z.array(z.object({ app: z.string(), variable: z.string() })),
    createdAt: instant,
  })
  .meta({ id: 'AddOn' });
export type AddOnView = z.infer<typeof addOnView>;
export const addOnPage = pageOf(addOnView).meta({ id: 'AddOnPage' });

export const addOnListQuery = pageQuery.extend({ team: z.string().max(80).optional() });

/** The add-on and the deployment that starts it for the first time. */
export const createdAddOn = z
  .object({ addOn: addOnView, deployment: deploymentSummary })
  .meta({ id: 'CreatedAddOn' });
export type CreatedAddOn = z.infer<typeof createdAddOn>;

/** Body of POST /v1/apps/:app/attachments. */
export const newAttachment = z
  .strictObject({
    /** Name of an add-on of the app’s team. */
    addOn: z.string().max(80),
    /** The variable that gets its URL; left out: DATABASE_URL or REDIS_URL, by its kind. */
    variable: configKey.optional(),
  })
  .meta({ id: 'NewAttachment' });
export type NewAttachment = z.infer<typeof newAttachment>;
