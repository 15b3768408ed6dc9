import type { MirrorKind } from '#libs/core/mirrors.js';

/** A build waits for a registry that does not answer. */
export class MirrorStalled extends Error {
  constructor(
    readonly registry: MirrorKind,
    readonly why: string,
  ) {
    super(`The registry does not answer: ${why}.`);
    this.name = 'MirrorStalled';
  }
}
