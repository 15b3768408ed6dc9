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

/** Where a domain leads now: GET /v1/apps/:app/domains/:name/dns. */
export const domainDns = z
  .object({
    /** `here`: to this platform; behind a proxy of somebody else's it may say `elsewhere` all the same. */
    leads: z.enum(['here', 'elsewhere', 'nowhere']),
    /** Its public addresses. */
    addresses: z.array(z.string()),
    /** What a CNAME record of the domain should name. */
    target: z.string(),
  })
  .meta({ id: 'DomainDns' });
export type DomainDns = z.infer<typeof domainDns>;
