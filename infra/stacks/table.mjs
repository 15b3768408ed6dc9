import { addOns } from './add-ons.mjs';
import { base, otherBases } from './base.mjs';
import { node, otherNodes } from './node.mjs';
import { fixed } from './static.mjs';
import { deno } from './deno.mjs';
import { goBuild } from './go.mjs';
import { hubStandIns } from './hub.mjs';
import { javaBuilds, javas } from './java.mjs';
import { phpBuilds, phps } from './php.mjs';
import { pythonBuilds, pythons } from './python.mjs';
import { rubies, rubyBuilds } from './ruby.mjs';
import { native, rustBuild, rustupBuild } from './rust.mjs';
import { tiny } from './tiny.mjs';

/**
 * One stack image.
 * @typedef {object} Stack
 * @property {string} name key in stacks.json
 * @property {string | null} on the stack that it is built on
 * @property {boolean} [byStart] made by `npm start`; the others are made when an app first needs them
 * @property {boolean} [withoutApt] nothing in it can say what is newer; what it is built on can
 * @property {string} [suite] of Debian, where it is another than the usual one
 * @property {string} version of what it is about; part of its tag
 * @property {string} holds what is in it, for people; the label `berth.stack.holds`
 * @property {(facts: object) => unknown} inputs what goes in besides the Dockerfile, for the hash in the tag
 * @property {() => Promise<object>} [facts] more facts about this host that its Dockerfile depends on
 * @property {(from: string, facts: object) => string} dockerfile
 * @property {(copy: import('../state.mjs').Copy, folder: string, facts: object) => Promise<void>} fill
 *   writes the files of the build's context
 * @property {(copy: import('../state.mjs').Copy, facts: object) => string} [from] what its FROM names, where that is no stack
 * @property {(copy: import('../state.mjs').Copy, engine: import('../lib/engine.mjs').Engine, note: (text: string) => void,
 *   facts: object) => Promise<void>} [before] what must be there before it is built
 */

/** All stacks, each after the one that it is built on. @type {Stack[]} */
export const stacks = [
  base,
  ...otherBases,
  node,
  ...otherNodes,
  fixed,
  ...pythons,
  ...pythonBuilds,
  tiny,
  goBuild,
  native,
  rustBuild,
  rustupBuild,
  ...javas,
  ...javaBuilds,
  ...phps,
  ...phpBuilds,
  ...rubies,
  ...rubyBuilds,
  deno,
  ...addOns,
  ...hubStandIns,
];

/** What `npm start` makes: enough for the first app, and for sites. */
export const startStacks = stacks.filter((stack) => stack.byStart).map((stack) => stack.name);
