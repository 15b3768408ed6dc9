/**
 * The import rules of docs/architecture.md. Rooms that come later in a lib's line may be imported, earlier ones not.
 */
const layers = [
  ['access', 'jobs', 'source', 'buildpack', 'images', 'mirrors', 'engine', 'terminal', 'traefik-config'],
  ['store'],
  ['secrets', 'config', 'outbound'],
  ['contracts'],
  ['core'],
];
const tests =
  '\\.(test|it\\.test|e2e\\.test)\\.(ts|tsx|mjs)$|^test/|^libs/engine/contract\\.ts$|/testing/|it-support\\.ts$';

/** A layer may import the layers below it, not its neighbours nor what is above. */
const layerRules = layers.flatMap((names, depth) =>
  names.map((name) => {
    const allowed = [name, ...layers.slice(depth + 1).flat()];
    return {
      name: `${name}-imports-only-what-is-below`,
      comment: `libs/${name} may import ${
        allowed
          .slice(1)
          .map((one) => `libs/${one}`)
          .join(', ') || 'nothing of ours'
      }.`,
      severity: 'error',
      from: { path: `^libs/${name}/`, pathNot: tests },
      to: { path: '^(libs|apps)/', pathNot: `^libs/(${allowed.join('|')})/` },
    };
  }),
);

/** Only these rooms know this package. */
const only = (name, packages, rooms) => ({
  name: `only-${name}`,
  comment: `Only ${rooms} may import ${packages}.`,
  severity: 'error',
  from: { path: '^(apps|libs)/', pathNot: [rooms, tests] },
  // A type costs nothing and decides nothing.
  to: { path: `^node_modules/(${packages})/`, dependencyTypesNot: ['type-only'] },
});

module.exports = {
  forbidden: [
    ...layerRules,
    only('store-knows-prisma', '@prisma|prisma', '^libs/store/'),
    only('engine-and-images-know-dockerode', 'dockerode|@types/dockerode', '^libs/(engine|images)/'),
    // A worker's class is BullMQ's by nature; what queues there are and what is in them only libs/jobs knows.
    only(
      'jobs-and-workers-know-bullmq',
      'bullmq|@nestjs/bullmq',
      '^libs/jobs/|^apps/[a-z]+/src/([a-z]+\\.processor|sweep)\\.ts$',
    ),
    {
      name: 'apps-do-not-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: tests },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'api-never-touches-docker',
      severity: 'error',
      from: { path: '^apps/api/', pathNot: tests },
      to: { path: '^libs/(engine|images)/' },
    },
    {
      name: 'activator-needs-nothing',
      comment:
        'The activator serves with the database, the queue and the Engine dead: it must not be able to ask them.',
      severity: 'error',
      from: { path: '^apps/activator/', pathNot: tests },
      to: { path: '^libs/', pathNot: '^libs/(contracts|core|config)/' },
    },
    {
      name: 'cli-knows-contracts-and-core',
      comment: 'And the terminal, which is the same on both of its ends.',
      severity: 'error',
      from: { path: '^apps/cli/', pathNot: tests },
      to: { path: '^libs/', pathNot: '^libs/(contracts|core|terminal)/' },
    },
    {
      name: 'dashboard-knows-contracts-and-core',
      severity: 'error',
      from: { path: '^apps/dashboard/', pathNot: tests },
      to: { path: '^libs/', pathNot: '^libs/(contracts|core)/' },
    },
    {
      name: 'browser-safe',
      comment: 'libs/contracts and libs/core run in the browser too, and core does no I/O.',
      severity: 'error',
      from: { path: '^libs/(contracts|core)/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-test-code-in-products',
      severity: 'error',
      from: { path: '^(apps|libs|infra)/', pathNot: tests },
      to: { path: tests },
    },
    {
      name: 'no-dev-packages-in-services',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [tests, '^apps/dashboard/', 'vite\\.config'] },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^node_modules/@types/',
      },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: { pathNot: '^libs/store/generated/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: { path: '^(apps|libs|infra|test|bench)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^libs/store/generated'] },
    exclude: { path: '^(dist|examples)/|^libs/store/generated' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['berth-source', 'import', 'node', 'require', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.json', '.css'],
    },
    moduleSystems: ['es6'],
  },
};
