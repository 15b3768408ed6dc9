import { BerthError } from '#libs/core/errors.js';
import { Prisma, type User } from './generated/client.js';
import type { Db, Tx } from './db.js';

export type { User };

/** E-mail addresses are compared without case. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** The user with this address, also when disabled; null when there is none. */
export function userByEmail(db: Db | Tx, email: string): Promise<User | null> {
  return db.user.findUnique({ where: { email: normalEmail(email) } });
}

/** Throws `email_taken`. */
export async function createUser(
  tx: Db | Tx,
  user: { email: string; name: string; passwordHash: string; admin?: boolean; passwordChosenAt?: Date },
): Promise<User> {
  try {
    return await tx.user.create({ data: { ...user, email: normalEmail(user.email) } });
  } catch (error) {
    if (isUniqueViolation(error))
      throw new BerthError('email_taken', 'There is a user with this e-mail address already.', {
        cause: error,
      });
    throw error;
  }
}

/** Sets a new password and ends the user's sessions, but for the one named. */
export async function changePasswordHash(
  tx: Tx,
  userId: string,
  passwordHash: string,
  keepSessionId: string | null,
): Promise<void> {
  await tx.user.update({ where: { id: userId }, data: { passwordHash, passwordChosenAt: new Date() } });
  await tx.session.deleteMany({
    where: { userId, ...(keepSessionId !== null && { id: { not: keepSessionId } }) },
  });
}

/** E-mail addresses by user id, for showing who did something. */
export async function emailsOf(db: Db, ids: (string | null)[]): Promise<Map<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return new Map();
  const users = await db.user.findMany({ where: { id: { in: wanted } }, select: { id: true, email: true } });
  return new Map(users.map(({ id, email }) => [id, email]));
}

/** Did a write hit a unique index? */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
