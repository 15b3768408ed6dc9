import { z } from 'zod';
import { roles } from '#libs/core/roles.js';
import { id, instant, nameField, pageOf } from './common.js';

export const newTeam = z
  .object({ slug: nameField, name: z.string().trim().min(1).max(80).optional() })
  .meta({ id: 'NewTeam' });
export type NewTeam = z.infer<typeof newTeam>;

export const teamChange = z.object({ name: z.string().trim().min(1).max(80) }).meta({ id: 'TeamChange' });
export type TeamChange = z.infer<typeof teamChange>;

export const teamView = z
  .object({
    id,
    slug: z.string(),
    name: z.string(),
    /** The caller's role; null for an administrator who is no member. */
    role: z.enum(roles).nullable(),
    members: z.int(),
    apps: z.int(),
    createdAt: instant,
  })
  .meta({ id: 'Team' });
export type TeamView = z.infer<typeof teamView>;

export const teamPage = pageOf(teamView).meta({ id: 'TeamPage' });

/** What a team's apps use now, and what they may at most: GET /v1/teams/:team/use. */
export const teamUse = z
  .object({
    apps: z.int(),
    /** Containers by status, stopped ones left out. */
    instances: z.record(z.string(), z.int()),
    /** Cores and bytes in use by the last samples, and the limits of what runs, added up. */
    cpu: z.number(),
    cpuLimit: z.number(),
    memoryBytes: z.number(),
    memoryLimitBytes: z.number(),
    /** Of the last hour. */
    requests: z.int(),
    errors: z.int(),
  })
  .meta({ id: 'TeamUse' });
export type TeamUse = z.infer<typeof teamUse>;
