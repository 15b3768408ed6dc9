import { z } from 'zod';

/** An example app of Berth's own repository, whole: small enough to be deployed from a page. */
export const exampleView = z
  .object({
    name: z.string(),
    /** What its README says of it, in a sentence. */
    about: z.string(),
    files: z.array(z.object({ path: z.string(), content: z.string() })),
  })
  .meta({ id: 'Example' });
export type ExampleView = z.infer<typeof exampleView>;

export const exampleList = z
  .object({ items: z.array(exampleView), next: z.null() })
  .meta({ id: 'ExampleList' });
export type ExampleList = z.infer<typeof exampleList>;
