import type { DiskItem } from '#libs/contracts/api/disk.js';
import type { EngineImage } from '#libs/images/engine-images.js';
import type { Rules } from './plan.js';
import type { Survey } from './survey.js';

/** Names to take away from an image of the Engine, or (without a name) the image itself. */
export interface EngineItem {
  kind: DiskItem['kind'];
  id: string;
  names: string[];
  appId: string | null;
  bytes: number | null;
  why: string;
}

/**
 * Which images may go from the Engine. Only what is Berth's: names in this copy's own repositories, images with its label, and what it pulled for
 * one-offs itself. The Engine refuses to remove what a container uses.
 */
export function planEngine(
  survey: Survey,
  rules: Rules & { hot: ReadonlySet<string>; before: Date },
): EngineItem[] {
  const unfinished = new Map(survey.apps.map(({ id, unfinished }) => [id, new Set(unfinished)]));
  const items: EngineItem[] = [];
  for (const image of survey.engine.images) {
    if (image.createdAt > rules.before) continue;
    items.push(
      ...[
        appImage(image, rules, unfinished),
        stackImage(image, survey.stacks, rules),
        nameless(image, rules),
      ].filter((item) => item !== null),
    );
  }
  for (const { reference } of survey.pulled) {
    const image = survey.engine.images.find(({ names }) => names.includes(shortened(reference)));
    items.push({
      kind: 'pulled-image',
      id: image?.id ?? reference,
      names: [reference],
      appId: null,
      bytes: image?.ownBytes ?? null,
      why: 'It was brought for a one-off or a build and has not been used since.',
    });
  }
  return items;
}

/** An app's image on the Engine: the registry has it, so it may go unless it is soon needed here. */
function appImage(
  image: EngineImage,
  { registryHost, berthId, engineOwned, hot }: Rules & { hot: ReadonlySet<string> },
  unfinished: ReadonlyMap<string, ReadonlySet<number>>,
): EngineItem | null {
  const prefix = `${registryHost}/apps/`;
  const names = image.names.filter((name) => name.startsWith(prefix));
  const [, appId] = /^([0-9a-f-]{36})[:@]/.exec(names[0]?.slice(prefix.length) ?? '') ?? [];
  if (appId === undefined) return null;
  // On an Engine that others use too, somebody else's registry may have had this address before.
  if (!engineOwned && !unfinished.has(appId) && image.labels['berth.id'] !== berthId) return null;
  if (names.some((name) => hot.has(name.slice(registryHost.length + 1)))) return null;
  const building = unfinished.get(appId);
  if (names.some((name) => building?.has(Number(/:d(\d+)-\d+$/.exec(name)?.[1])))) return null;
  return {
    kind: 'engine-image',
    id: image.id,
    names,
    appId,
    bytes: names.length === image.names.length ? image.ownBytes : 0,
    why: unfinished.has(appId)
      ? 'No release that is in use or among the newest needs it on this host.'
      : 'Its app was deleted.',
  };
}

/** A stack image that another has taken the place of. Layers that apps' images have too stay with them. */
function stackImage(
  image: EngineImage,
  inForce: ReadonlySet<string>,
  { registryHost, berthId }: Rules,
): EngineItem | null {
  if (image.labels['berth.stack.of'] !== berthId) return null;
  const names = image.names.filter(
    (name) => name.startsWith('berth/stack-') || name.startsWith(`${registryHost}/stacks/`),
  );
  if (names.length === 0 || names.some((name) => inForce.has(name))) return null;
  return {
    kind: 'stack-image',
    id: image.id,
    names,
    appId: null,
    bytes: image.ownBytes,
    why: 'A newer stack image has taken its place.',
  };
}

/** What a build left that was cancelled, or whose name another got. */
function nameless(image: EngineImage, { berthId }: Rules): EngineItem | null {
  const ours = image.labels['berth.id'] === berthId || image.labels['berth.stack.of'] === berthId;
  if (!ours || image.names.length > 0) return null;
  return {
    kind: 'engine-image',
    id: image.id,
    names: [],
    appId: null,
    bytes: image.ownBytes,
    why: 'It has no name any more.',
  };
}

/** The Engine leaves Docker Hub's name out. */
function shortened(reference: string): string {
  return reference.replace(/^docker\.io\/(?:library\/)?/, '');
}
