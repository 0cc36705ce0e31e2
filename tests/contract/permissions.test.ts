import { readFileSync } from 'node:fs';
import path from 'node:path';
import { permissionsText } from '../../scripts/permissions-doc';

test('the table of permissions is what the policy says', () => {
  const committed = readFileSync(path.join(__dirname, '../../docs/permissions.md'), 'utf8');
  if (committed !== permissionsText())
    throw new Error('docs/permissions.md is stale: run `npm run swagger` and commit it');
});
