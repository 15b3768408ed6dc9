import type { PlanChoice } from '#libs/contracts/build-plan.js';
import { isDevelopmentServer } from './frameworks.js';
import type { NodeProject } from './project.js';

/** A site of plain files that a build makes. */
export interface Site {
  title: string;
  /** Below the app's folder. */
  folder: string;
  singlePage: boolean;
  /** Folder of the source whose files the build copies unchanged. */
  publicFolder: string;
  choice: PlanChoice;
}

/** Does the build make a site of plain files? Null where Node runs the app. */
export function chooseSite({ files, manifest, procfile, framework }: NodeProject): Site | null {
  const { publish } = files.settings.build;
  const publicFolder = framework?.publicFolder ?? 'public';
  if (publish !== null) {
    return {
      title: framework?.title ?? 'Built site',
      folder: publish,
      singlePage: files.settings.singlePage,
      publicFolder,
      choice: {
        what: 'Served folder',
        value: publish,
        why: 'berth.toml says so.',
        change: 'Change publish under [build] in berth.toml.',
      },
    };
  }
  if (framework === null || framework.output.kind !== 'site' || procfile?.get('web') !== undefined)
    return null;
  const start = manifest.scripts?.['start'] ?? '';
  // A start script of the author's own says that there is more than files.
  if (start.trim() !== '' && !isDevelopmentServer(start)) return null;
  const { folder, singlePage } = framework.output;
  const from = framework.why === null ? '' : ` with ${framework.why}`;
  return {
    title: framework.title,
    folder,
    singlePage: singlePage || files.settings.singlePage,
    publicFolder,
    choice: {
      what: 'Served folder',
      value: folder,
      why: `${framework.title}${from} writes plain files there; there is no server of the app’s own to start.`,
      change:
        'Write publish under [build] in berth.toml for another folder, or command under [start] for a server.',
    },
  };
}
