import type { BuildPlan, ImageLayer, LayerPart } from '#libs/contracts/build-plan.js';
import type { ImageConfig, Manifest } from './registry-client.js';

/** An image with the plan that it was built by; plan null for images deployed by reference. */
export interface ReportedImage {
  manifest: Manifest;
  config: ImageConfig;
  plan: BuildPlan | null;
}

export interface PreviousImage {
  layers: readonly ImageLayer[];
  plan: BuildPlan | null;
}

/**
 * The layers of an image from the bottom up: what each is for, how large, whether the app's previous image had it, and if
 * not, why. Joins the registry's manifest (digests, sizes) with the image's history (instructions) and the plan.
 */
export function layerReport(image: ReportedImage, previous: PreviousImage | null): ImageLayer[] {
  const known = new Set(previous?.layers.map(({ digest }) => digest));
  const history = layerHistory(image.config);
  const parts = layerParts(image);
  return image.manifest.layers.map(({ digest, size }, position) => {
    const part = parts[position] ?? 'other';
    const reused = known.has(digest);
    return {
      digest,
      sizeBytes: size,
      part,
      createdBy: (history[position] ?? '').slice(0, 500),
      reused,
      whyNot: reused ? null : (ofCommit(history[position]) ?? whyNot(part, image.plan, previous)),
    };
  });
}

/** The instruction of each layer; instructions that made none are left out. */
function layerHistory({ history }: ImageConfig): string[] {
  return (history ?? [])
    .filter((entry) => entry.empty_layer !== true)
    .map((entry) =>
      (entry.created_by ?? '').replace(/^\/bin\/sh -c #\(nop\)\s+/, '').replace(/\s*# buildkit$/, ''),
    );
}

/**
 * The plan's last stage is the end of the history, entry by entry; what lies below it is the base image, whose lowest
 * layer is the operating system.
 */
function layerParts({ config, manifest, plan }: ReportedImage): LayerPart[] {
  const history = config.history ?? [];
  const stage = plan?.finalStage ?? [];
  const ownFrom = Math.max(0, history.length - stage.length);
  const parts: LayerPart[] = [];
  for (const [index, entry] of history.entries()) {
    if (entry.empty_layer === true) continue;
    const own = index >= ownFrom ? stage[index - ownFrom]?.part : undefined;
    parts.push(own ?? (parts.length === 0 ? 'base' : 'runtime'));
  }
  // A history that does not name every layer says nothing about any.
  return parts.length === manifest.layers.length ? parts : manifest.layers.map(() => 'other');
}

/** A layer that no build made. */
function ofCommit(instruction: string | undefined): string | null {
  return instruction?.startsWith('berth commit ') ? 'What an instance wrote was committed.' : null;
}

function whyNot(part: LayerPart, plan: BuildPlan | null, previous: PreviousImage | null): string {
  if (previous === null) return 'This is the first image of the app.';
  if (plan === null || previous.plan === null)
    return 'The image comes from another source than the one before.';
  if (plan.language !== previous.plan.language) {
    return `The app was built as ${previous.plan.title} before and is now built as ${plan.title}.`;
  }
  const bases = [previous.plan, plan].map((each) => lastBase(each.dockerfile));
  if (bases[0] !== bases[1]) return `The base image changed from ${bases[0]} to ${bases[1]}.`;
  if (part === 'base' || part === 'runtime') return `The base image ${bases[1]} was made anew.`;
  const changed = changedFiles(previous.plan.inputs, plan.inputs);
  if (part === 'dependencies' && plan.dependencyFiles.length > 0) {
    const manifests = changed?.filter((path) => plan.dependencyFiles.includes(path)) ?? [];
    if (manifests.length > 0) return `${listed(manifests)} changed.`;
    return plan.dockerfile === previous.plan.dockerfile
      ? 'The dependencies were installed anew and differ from before.'
      : 'The way in which the dependencies are installed changed.';
  }
  if (changed === null) return 'Files of the app changed.';
  if (changed.length > 0) return `${listed(changed)} changed.`;
  return plan.dockerfile === previous.plan.dockerfile
    ? 'The same files gave another result.'
    : 'The Dockerfile changed.';
}

function lastBase(dockerfile: string): string {
  return [...dockerfile.matchAll(/^\s*FROM\s+(?:--\S+\s+)*(\S+)/gim)].at(-1)?.[1] ?? '';
}

/** Paths that are new, gone or different; null when one side is not known. */
function changedFiles(before: BuildPlan['inputs'], now: BuildPlan['inputs']): string[] | null {
  if (before === undefined || now === undefined) return null;
  const paths = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...paths].filter((path) => before[path] !== now[path]).sort();
}

function listed(paths: string[]): string {
  return paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ');
}
