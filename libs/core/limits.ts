/** Until a release must have answered its readiness check, unless the app or its files say otherwise. As in prisma/schema.prisma. */
export const defaultStartTimeoutSeconds = 60;

/** What an instance may use unless the app or its files say otherwise. As in prisma/schema.prisma. */
export const defaultLimits = { memoryMb: 512, cpus: 1, pids: 256 };
