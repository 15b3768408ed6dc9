import { z } from 'zod';
import { isConfigKey, isReservedConfigKey } from '#libs/core/names.js';
import { instant, revision } from './common.js';
import { changeOutcome } from './apps.js';
import { deploymentSummary } from './deployments.js';

export const configView = z
  .object({
    vars: z.array(
      z.object({
        key: z.string(),
        value: z.string(),
        /** The add-on whose URL it is: it is set and removed by attaching and detaching that. null: anybody’s to set. */
        addOn: z.string().nullable(),
        updatedAt: instant,
      }),
    ),
    revision,
  })
  .meta({ id: 'Config' });
export type ConfigView = z.infer<typeof configView>;

/** What is wrong with the name of a variable that an owner chose; null: nothing. */
function keyProblem(key: string): string | null {
  if (isReservedConfigKey(key)) return `${key} is set by the platform; choose another name.`;
  return isConfigKey(key)
    ? null
    : 'A name has letters, digits and underscores, and does not start with a digit.';
}

export const configKey = z.string().superRefine((key, context) => {
  const message = keyProblem(key);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

/** Body of PATCH /v1/apps/:app/config: value to set, null to remove; other variables stay. */
export const configChange = z
  .strictObject({
    // Rules of keys are checked as issues of their own, so that the answer points at the very variable.
    vars: z.record(z.string().max(128), z.string().max(32_768).nullable()).superRefine((vars, context) => {
      const keys = Object.keys(vars);
      if (keys.length > 200)
        context.addIssue({ code: 'custom', message: 'At most 200 variables change at once.' });
      for (const key of keys) {
        const message = keyProblem(key);
        if (message !== null) context.addIssue({ code: 'custom', path: [key], message });
        if (vars[key]?.includes('\0'))
          context.addIssue({ code: 'custom', path: [key], message: 'A value has no NUL character.' });
      }
    }),
    /** Of what was read: 409 `changed_meanwhile` when the app is set to something else by now. Left out: whatever it is. */
    revision: revision.optional(),
  })
  .meta({ id: 'ConfigChange' });
export type ConfigChangeBody = z.infer<typeof configChange>;

export const changedConfig = z
  .object({ outcome: changeOutcome, deployment: deploymentSummary.nullable() })
  .meta({ id: 'ChangedConfig' });
export type ChangedConfig = z.infer<typeof changedConfig>;
