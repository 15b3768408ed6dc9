import type { Db } from './db.js';

/** Notes that the host's Engine got an image that it did not have, for somebody's `berth run`. */
export async function notePulled(db: Db, hostId: string, reference: string): Promise<void> {
  await db.pulledImage.upsert({
    where: { hostId_reference: { hostId, reference } },
    create: { hostId, reference },
    update: { usedAt: new Date() },
  });
}

/** Notes that an image is used again. One that Berth did not bring is none of its business. */
export async function noteUsed(db: Db, hostId: string, reference: string): Promise<void> {
  await db.pulledImage.updateMany({ where: { hostId, reference }, data: { usedAt: new Date() } });
}

/** Images that Berth brought to any host and that were last used before `before`. */
export function pulledBefore(db: Db, before: Date) {
  return db.pulledImage.findMany({ where: { usedAt: { lt: before } }, orderBy: { usedAt: 'asc' } });
}

/** Is it still unused? Then it is forgotten, and may be removed. */
export async function forgetPulled(db: Db, reference: string, before: Date): Promise<boolean> {
  const { count } = await db.pulledImage.deleteMany({ where: { reference, usedAt: { lt: before } } });
  return count > 0;
}
