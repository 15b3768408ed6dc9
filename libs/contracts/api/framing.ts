import { z } from 'zod';

/** May the app's first page be shown in a frame of the dashboard? GET /v1/apps/:app/framing. */
export const framingView = z
  .object({
    /** allowed; refused: the app says that it may not be framed; elsewhere: it leads to another host; silent: it does not answer as pages do. */
    framing: z.enum(['allowed', 'refused', 'elsewhere', 'silent']),
    /** What said so: a header, an address, or how it failed. */
    because: z.string().nullable(),
  })
  .meta({ id: 'Framing' });
export type FramingView = z.infer<typeof framingView>;
