import { z } from 'zod';
import { appView } from './apps.js';
import { configChange } from './config.js';

/** An app's previews, by name. */
export const previewList = z.object({ items: z.array(appView) }).meta({ id: 'PreviewList' });
export type PreviewList = z.infer<typeof previewList>;

/** Names of the variables that previews get when they are made; values are not shown. */
export const previewConfig = z.object({ keys: z.array(z.string()) }).meta({ id: 'PreviewConfig' });
export type PreviewConfig = z.infer<typeof previewConfig>;

/** The same form as a change of an app's own config. */
export const previewConfigChange = configChange.meta({ id: 'PreviewConfigChange' });
