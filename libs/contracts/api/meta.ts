import { z } from 'zod';

/** What a client has to know before it signs in: GET /v1/meta. */
export const metaView = z
  .object({
    version: z.string(),
    urls: z.object({
      /** http://berth.localhost:8080 */
      platform: z.string(),
      /** apps.localhost: an app answers at <scheme>://APP.<appsDomain>:<port> */
      appsDomain: z.string(),
      /** http://berth.localhost:8080/git: an app's remote is <gitBase>/APP.git */
      gitBase: z.string(),
      docs: z.string(),
    }),
    /** Does a first git push to an unknown name create the app? */
    createOnPush: z.boolean(),
  })
  .meta({ id: 'Meta' });
export type MetaView = z.infer<typeof metaView>;

/** GET /healthz. */
export const healthView = z
  .object({ status: z.enum(['ok', 'degraded']), database: z.boolean() })
  .meta({ id: 'Health' });
export type HealthView = z.infer<typeof healthView>;
