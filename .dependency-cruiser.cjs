// The floors of the house: a file imports from its own floor or from below, never from above.
const floors = [
  { name: 'contracts, config, helpers', path: '^src/(contracts|config|helpers)/' },
  { name: 'database', path: '^src/database/' },
  { name: 'services', path: '^src/services/' },
  { name: 'controllers, middlewares', path: '^src/(controllers|middlewares)/' },
  { name: 'routes, sockets', path: '^src/(routes|sockets)/' },
  { name: 'app, container, runtime', path: '^src/(app|container|runtime)\\.ts$' },
  { name: 'server', path: '^src/(server|cluster)\\.ts$' },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '^src/server\\.ts$' }, to: {} },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    ...floors.slice(1).map((floor, index) => ({
      name: `only-downward: nothing below imports ${floor.name}`,
      severity: 'error',
      from: { path: floors.slice(0, index + 1).map((lower) => lower.path) },
      to: { path: floor.path },
    })),
    {
      name: 'doors-are-apart',
      comment: 'REST and sockets never import each other',
      severity: 'error',
      from: { path: '^src/sockets/' },
      to: { path: '^src/(routes|controllers|middlewares)/' },
    },
    {
      name: 'doors-are-apart (rest)',
      severity: 'error',
      from: { path: '^src/(routes|controllers|middlewares)/' },
      to: { path: '^src/sockets/' },
    },
    {
      name: 'services-know-no-door',
      severity: 'error',
      from: { path: '^src/(services|database|contracts|config|helpers)/' },
      to: { path: '(^|/)node_modules/(express|socket\\.io)/' },
    },
    {
      name: 'sql-in-queries-only',
      comment: 'the generated clients are seen by the database floor only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/database/' },
      to: { path: '^src/database/generated/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/database/generated/.*/internal' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'module-sync', 'default'],
    },
  },
};
