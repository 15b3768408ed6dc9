import type { RequestHandler } from 'express';

/** What the API answers is for one caller at one moment: nobody keeps it, and Express need not hash it for an ETag. */
export const noStore: RequestHandler = (_, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};
