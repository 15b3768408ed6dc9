import type { LayerPart, PlanChoice } from '#libs/contracts/build-plan.js';
import { cmd, copy, unprivileged, workdir, type Instruction } from '../dockerfile-text.js';
import { caddyfile, type SiteSettings } from './caddyfile.js';

/** The stack that serves sites. */
export const SITE_STACK = 'static';

/** Starts the server of a site. */
export const siteServer = ['caddy', 'run', '--config', '/home/app/Caddyfile', '--adapter', 'caddyfile'];

/** Files that the context needs beside the site. */
export function siteFiles(settings: SiteSettings): Record<string, string> {
  return { Caddyfile: caddyfile(settings) };
}

/** The last stage of a site's image after its FROM; `stage` is where the files lie, the build's context when left out. */
export function siteStage(folder: string, stage?: string): { instruction: Instruction; part: LayerPart }[] {
  return [
    { instruction: workdir('/app'), part: 'runtime' },
    { instruction: unprivileged(), part: 'runtime' },
    { instruction: copy(['Caddyfile'], '/home/app/Caddyfile'), part: 'runtime' },
    { instruction: copy([folder], './', stage), part: 'app' },
    { instruction: cmd(siteServer), part: 'runtime' },
  ];
}

/** What people are told about the server. */
export const siteServerChoice: PlanChoice = {
  what: 'Server',
  value: 'Caddy',
  why: 'Plain files are served compressed; names that begin with a dot are not served.',
  change: 'Add a Dockerfile to choose another server.',
};
