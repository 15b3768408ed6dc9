import { z } from 'zod';
import { isConfigKey, isReservedConfigKey } from '#libs/core/names.js';
import { instant } from './common.js';
import { changeOutcome } from './apps.js';
import { deploymentSummary } from './deployments.js';

export const configView = z
  .object({ vars: z.array(z.object({ key: z.string(), value: z.string(), updatedAt: instant })) })
  .meta({ id: 'Config' });
export type ConfigView = z.infer<typeof configView>;

/** Body of PATCH /v1/apps/:app/config: value to set, null to remove; other variables stay. */
export const configChange = z
  .strictObject({
    // Rules of keys are checked as issues of their own, so that the answer points at the very variable.
    vars: z.record(z.string().max(128), z.string().max(32_768).nullable()).superRefine((vars, context) => {
      const keys = Object.keys(vars);
      if (keys.length > 200)
        context.addIssue({ code: 'custom', message: 'At most 200 variables change at once.' });
      for (const key of keys) {
        const message = isReservedConfigKey(key)
          ? `${key} is set by the platform; choose another name.`
          : isConfigKey(key)
            ? null
            : 'A name has letters, digits and underscores, and does not start with a digit.';
        if (message !== null) context.addIssue({ code: 'custom', path: [key], message });
        if (vars[key]?.includes('\0'))
          context.addIssue({ code: 'custom', path: [key], message: 'A value has no NUL character.' });
      }
    }),
  })
  .meta({ id: 'ConfigChange' });
export type ConfigChangeBody = z.infer<typeof configChange>;

export const changedConfig = z
  .object({ outcome: changeOutcome, deployment: deploymentSummary.nullable() })
  .meta({ id: 'ChangedConfig' });
export type ChangedConfig = z.infer<typeof changedConfig>;
