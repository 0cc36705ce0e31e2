// ESLint 9 reads .eslintrc.json only when it is told to; an environment variable in an npm script would not work everywhere.
process.env.ESLINT_USE_FLAT_CONFIG = 'false';
require('../node_modules/eslint/bin/eslint.js');
