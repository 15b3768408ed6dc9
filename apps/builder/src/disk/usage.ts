import type { RegistryContents } from '#libs/images/registry-store.js';

/** Sizes of registry images, with layers that several share counted once. */
export class RegistryUsage {
  readonly #bytes: RegistryContents['blobs'];
  /** Blobs by `repository@digest`. */
  readonly #blobs = new Map<string, string[]>();
  /** The repositories, and the images, that have a blob. */
  readonly #repositories = new Map<string, Set<string>>();
  readonly #images = new Map<string, Set<string>>();

  constructor({ manifests, blobs }: RegistryContents) {
    this.#bytes = blobs;
    const byName = new Map(manifests.map((each) => [`${each.repository}@${each.digest}`, each]));
    for (const [image, { repository, blobs: named }] of byName) {
      // An index names manifests, and through them their blobs.
      const all = new Set(
        named.flatMap((digest) => [digest, ...(byName.get(`${repository}@${digest}`)?.blobs ?? [])]),
      );
      this.#blobs.set(image, [...all]);
      for (const digest of all) {
        add(this.#repositories, digest, repository);
        add(this.#images, digest, image);
      }
    }
  }

  has(image: string): boolean {
    return this.#blobs.has(image);
  }

  /** All that the image needs. */
  bytes(image: string): number {
    return this.#sum(this.#blobs.get(image) ?? []);
  }

  /** What goes with exactly these images: blobs that no other image has. */
  freedBy(images: ReadonlySet<string>): number {
    const blobs = new Set([...images].flatMap((image) => this.#blobs.get(image) ?? []));
    return this.#sum(
      [...blobs].filter((digest) =>
        [...(this.#images.get(digest) ?? [])].every((image) => images.has(image)),
      ),
    );
  }

  /** Of a repository: blobs that it alone has, and those that others have too. */
  ofRepository(repository: string): { ownBytes: number; sharedBytes: number } {
    const blobs = [...this.#repositories].filter(([, repositories]) => repositories.has(repository));
    const own = blobs.filter(([, repositories]) => repositories.size === 1).map(([digest]) => digest);
    const shared = blobs.filter(([, repositories]) => repositories.size > 1).map(([digest]) => digest);
    return { ownBytes: this.#sum(own), sharedBytes: this.#sum(shared) };
  }

  /** Counts up: what each next image of a repository adds to what was asked before, shared layers of other repositories left out. */
  adder(): (image: string) => number {
    const counted = new Set<string>();
    return (image) => {
      const fresh = (this.#blobs.get(image) ?? []).filter((digest) => {
        const isNew = !counted.has(digest) && this.#repositories.get(digest)?.size === 1;
        counted.add(digest);
        return isNew;
      });
      return this.#sum(fresh);
    };
  }

  #sum(digests: readonly string[]): number {
    return digests.reduce((sum, digest) => sum + (this.#bytes.get(digest)?.bytes ?? 0), 0);
  }
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key) ?? new Set<string>();
  map.set(key, set.add(value));
}
