import { defineConfig } from 'vitest/config';

const shared = {
  resolve: { conditions: ['berth-source'] },
  ssr: { resolve: { conditions: ['berth-source', 'node'] } },
};

/**
 * What runs beside real services may meet a race that is the test's own. It gets a second try, and `npm test` lists by name
 * whatever needed it (docs/decisions.md); a fault of the product fails twice.
 */
const secondTry = { retry: 1 };

/** Real parts, the same for all files beside the code. */
const realParts = {
  ...secondTry,
  globalSetup: ['test/parts.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
};
/** Each file has a database, a home and names of its own, and mostly waits for them. */
const apart = ['apps/api/**/*.it.test.ts', 'libs/store/**/*.it.test.ts'];

/** A whole platform, in test/; one for all of them. */
const wholePlatform = {
  ...secondTry,
  globalSetup: ['test/platform.ts'],
  testTimeout: 120_000,
  hookTimeout: 300_000,
};
/** They mostly wait, each file for an app of its own, and harm no part of the platform. */
const together = [
  'test/contract/!(network).e2e.test.ts',
  'test/journeys/{app-files,jobs,languages,releases,scale,sleep}.e2e.test.ts',
];

/**
 * unit: pure, beside the code. it: against real parts, beside the code (global set-up starts them). e2e: a whole platform, in test/.
 * Of it and e2e what may run at the same time is a project of its own, which runs before or after the rest (`--project 'it*'` means both).
 */
export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{apps,libs,infra,bench,test}/**/*.test.{ts,mjs}'],
          exclude: ['**/*.it.test.ts', '**/*.e2e.test.ts', '**/node_modules/**'],
          environment: 'node',
          // Property tests of what takes a millisecond, on a machine that has much else to do.
          testTimeout: 30_000,
        },
      },
      {
        ...shared,
        test: {
          ...realParts,
          name: 'it',
          include: ['{apps,libs}/**/*.it.test.ts'],
          exclude: apart,
          fileParallelism: false,
        },
      },
      {
        ...shared,
        test: {
          ...realParts,
          name: 'it-apart',
          include: apart,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        ...shared,
        test: {
          ...wholePlatform,
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          exclude: together,
          fileParallelism: false,
        },
      },
      {
        ...shared,
        test: {
          ...wholePlatform,
          name: 'e2e-together',
          include: together,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
