import { z } from 'zod';
import { isDomainName } from '#libs/core/names.js';
import { id, instant, pageOf } from './common.js';

export const newDomain = z
  .object({
    name: z
      .string()
      .max(253)
      .toLowerCase()
      .refine(
        isDomainName,
        'A domain is lower-case ASCII labels with dots, e.g. www.example.org, without a port.',
      ),
  })
  .meta({ id: 'NewDomain' });
export type NewDomain = z.infer<typeof newDomain>;

export const domainView = z
  .object({ id, name: z.string(), url: z.string(), createdAt: instant })
  .meta({ id: 'Domain' });
export type DomainView = z.infer<typeof domainView>;
export const domainPage = pageOf(domainView).meta({ id: 'DomainPage' });
