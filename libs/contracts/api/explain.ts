import { z } from 'zod';
import { imageLayer } from '#libs/contracts/build-plan.js';

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
    /** The real thing in a few words; null while there is none. */
    thing: z.string().nullable(),
    facts: z.array(
      z.object({
        name: z.string(),
        value: z.string(),
        /** What made Berth choose it, in a sentence. */
        why: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'ExplainLayer' });
export type ExplainLayer = z.infer<typeof explainLayer>;

/** The live image's layers from the base up, and who else's live image has the very same ones. */
export const layerSharing = z
  .object({
    layers: z.array(
      z.object({
        ...imageLayer.pick({ digest: true, sizeBytes: true, part: true, createdBy: true }).shape,
        /** Other apps of the team, by name. */
        apps: z.array(z.string()),
        /** How many apps of other teams. */
        others: z.int(),
      }),
    ),
    /** Apps of the team that share a layer, those with most in common first; at most five. */
    apps: z.array(
      z.object({ name: z.string(), sharedLayers: z.int(), ownLayers: z.int(), ownBytes: z.number() }),
    ),
  })
  .meta({ id: 'LayerSharing' });
export type LayerSharing = z.infer<typeof layerSharing>;

/** Top (data) to bottom (hardware): GET /v1/apps/:app/explain. */
export const explainView = z
  .object({
    app: z.string(),
    release: z.int().nullable(),
    layers: z.array(explainLayer),
    sharing: layerSharing,
  })
  .meta({ id: 'Explain' });
export type ExplainView = z.infer<typeof explainView>;
