import { z } from 'zod';

/** Who looks after a layer: the app's team, Berth, or whoever owns the machine. */
export const layerOwner = z.enum(['you', 'berth', 'host']);

export const stackLayers = [
  'data',
  'config',
  'code',
  'release',
  'routing',
  'scaling',
  'runtime',
  'image',
  'container',
  'isolation',
  'network',
  'engine',
  'kernel',
  'hardware',
] as const;

/** One layer of the real stack under this app, with facts that can be looked up. */
export const explainLayer = z
  .object({
    name: z.enum(stackLayers),
    title: z.string(),
    owner: layerOwner,
    /** What this layer is rented as, in the words of the textbook. */
    service: z.enum(['app', 'SaaS', 'PaaS', 'IaaS']),
    /** What the owner does here, in a sentence. */
    about: z.string(),
    facts: z.array(z.object({ name: z.string(), value: z.string() })),
  })
  .meta({ id: 'ExplainLayer' });
export type ExplainLayer = z.infer<typeof explainLayer>;

/** Top (data) to bottom (hardware): GET /v1/apps/:app/explain. */
export const explainView = z
  .object({ app: z.string(), release: z.int().nullable(), layers: z.array(explainLayer) })
  .meta({ id: 'Explain' });
export type ExplainView = z.infer<typeof explainView>;
