import { z } from 'zod';
import { manifest } from './manifest.js';

/** One thing that Berth chose for the app, why, and what to write to choose otherwise. */
export const planChoice = z.object({
  what: z.string(),
  value: z.string(),
  why: z.string(),
  change: z.string().nullable(),
});

/** Which part of an image a layer belongs to. */
export const layerPart = z.enum(['base', 'runtime', 'dependencies', 'app', 'other']);

/** How an app will be built. Made by `libs/buildpack` from the list of files and a few files' contents. */
export const buildPlan = z.object({
  /** Folder of libs/buildpack that answered: node, static, dockerfile, … */
  language: z.string(),
  /** For people: "Node.js", "Static site", "Dockerfile". */
  title: z.string(),
  detectedBy: z.string(),
  choices: z.array(planChoice),
  warnings: z.array(z.string()),
  /** The Dockerfile that is built. */
  dockerfile: z.string(),
  /** Stack images (by key of stacks.json) that it starts from. */
  stacks: z.array(z.string()),
  /** Folder of the build context that holds the app's files; empty: the context is the app's files. */
  sourceFolder: z.string(),
  /** Files that Berth adds to the context, beside the source folder: path to content. */
  extraFiles: z.record(z.string(), z.string()),
  /** Patterns, in the form of .dockerignore, that stay out of the context besides the app's own. */
  ignore: z.array(z.string()),
  /** Instructions of the last stage after its FROM, in order: what each layer on top of the base is for. */
  finalStage: z.array(z.object({ instruction: z.string(), part: layerPart })),
  /** Files that decide whether the dependencies are installed anew. */
  dependencyFiles: z.array(z.string()),
  /**
   * Content ids of the files that were sent to the build, by path; added by the builder, to say later what changed. Left
   * out for sources of very many files.
   */
  inputs: z.record(z.string(), z.string()).optional(),
  /** Stands for all that was sent to the build, added by the builder: equal ids, equal files. Left out where it is not known. */
  contextId: z.string().optional(),
  /** Process types; `web` is the one with an address. An empty array means the image's own command. */
  processes: z.record(z.string(), z.array(z.string())),
  /** null when the app listens on $PORT as Berth sets it; else the port that the image says it listens on. */
  port: z.number().int().nullable(),
  healthPath: z.string().nullable(),
  /** Folder of the source that holds the app, whose files alone are sent to the build; left out: the whole source. */
  root: z.string().optional(),
  /** Dockerfile builds: stage to stop at, and values for ARG. */
  target: z.string().optional(),
  buildArgs: z.record(z.string(), z.string()).optional(),
  /** What the app's own files say of how it runs; left out by older plans. */
  manifest: manifest.optional(),
});

/** A layer of a built image as shown to its owner. */
export const imageLayer = z.object({
  digest: z.string(),
  sizeBytes: z.number(),
  /** Which part of the app it is: base, runtime, dependencies, app, other. */
  part: layerPart,
  createdBy: z.string(),
  /** Was the same layer in the app's previous image? */
  reused: z.boolean(),
  /** When not reused: what changed, in a sentence. */
  whyNot: z.string().nullable(),
});

export type BuildPlan = z.infer<typeof buildPlan>;
export type LayerPart = z.infer<typeof layerPart>;
export type PlanChoice = z.infer<typeof planChoice>;
export type ImageLayer = z.infer<typeof imageLayer>;
