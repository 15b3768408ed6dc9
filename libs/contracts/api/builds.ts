import { pageOf } from './common.js';
import { buildView } from './deployments.js';

export const buildPage = pageOf(buildView).meta({ id: 'BuildPage' });
