import type { Person } from './people';
import type { TestedServer } from './server';

export const report = (server: TestedServer, by: Person, what: object) =>
  server.request
    .post('/api/v1/reports')
    .set(by.authorization)
    .send({ reason: 'spam', ...what });
