/** Until a release must have answered its readiness check, unless the app or its files say otherwise. As in prisma/schema.prisma. */
export const defaultStartTimeoutSeconds = 60;
