import { envSchema, platformUrl } from '#libs/config/env.js';

/** The few settings that the activator needs. It is given no secret and no database. */
const activatorEnv = envSchema.pick({
  BERTH_HOME: true,
  BERTH_RUN_DIR: true,
  BERTH_DOMAIN: true,
  BERTH_PORT: true,
  BERTH_PUBLIC_SCHEME: true,
  BERTH_ACTIVATOR_PORT: true,
  BERTH_NAMES_PORT: true,
});

export interface Settings {
  home: string;
  runDir: string;
  port: number;
  /** For names, on the teams' bridges. */
  namesPort: number;
  scheme: 'http' | 'https';
  platform: string;
}

/** Throws one sentence that names each wrong variable. */
export function readSettings(source: NodeJS.ProcessEnv): Settings {
  const parsed = activatorEnv.safeParse(source);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The activator's settings are incomplete or wrong: ${problems.join('; ')}`);
  }
  const env = parsed.data;
  return {
    home: env.BERTH_HOME,
    runDir: env.BERTH_RUN_DIR,
    port: env.BERTH_ACTIVATOR_PORT,
    namesPort: env.BERTH_NAMES_PORT,
    scheme: env.BERTH_PUBLIC_SCHEME,
    platform: platformUrl(env),
  };
}
