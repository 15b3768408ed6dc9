import { Param } from '@nestjs/common';
import { z } from 'zod';

/** Number of a deployment or release in a path. */
export const NumberParam = () =>
  Param('number', { schema: z.coerce.number().int().min(1).max(1_000_000_000) });

/** Id of a row in a path. */
export const IdParam = (name = 'id') => Param(name, { schema: z.uuid() });
