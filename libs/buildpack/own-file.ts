import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { BERTH_TOML } from './berth-toml.js';
import type { ProjectFiles } from './project-files.js';

/**
 * The file that says how an app is built: `berth.<app>.toml` where the source has one for this very app, so that several
 * apps can be built from one repository; else berth.toml.
 */
export function settingsFile(files: ProjectFiles, appName: string | undefined): string {
  const own = `berth.${appName ?? ''}.toml`;
  return appName !== undefined && files.has(own) ? own : BERTH_TOML;
}

/** Makes a plan whose texts, and whose errors, name `file` wherever they speak of berth.toml. */
export async function speakingOf(file: string, make: () => Promise<BuildPlan>): Promise<BuildPlan> {
  if (file === BERTH_TOML) return make();
  const named = (text: string) => text.replaceAll(BERTH_TOML, file);
  try {
    const plan = await make();
    return {
      ...plan,
      detectedBy: named(plan.detectedBy),
      choices: plan.choices.map((choice) => ({
        ...choice,
        why: named(choice.why),
        change: choice.change === null ? null : named(choice.change),
      })),
      warnings: plan.warnings.map(named),
    };
  } catch (error) {
    if (!(error instanceof BerthError)) throw error;
    const { file: about, ...details } = error.details;
    throw new BerthError(error.code, named(error.message), {
      details: { ...details, ...(about !== undefined && { file: about === BERTH_TOML ? file : about }) },
      cause: error.cause,
    });
  }
}
