import { secretsInTheLog } from './log-watch';

afterAll(() => {
  expect(secretsInTheLog()).toEqual([]);
});
