import { decodeCursor, encodeCursor } from '../../src/helpers/cursor';
import { AppError } from '../../src/helpers/errors';

test('a cursor comes back as it was', () => {
  expect(decodeCursor(encodeCursor(5, 'name'), ['time', 'text'])).toEqual([5, 'name']);
});

test.each([
  '',
  'x',
  'bnVsbA',
  encodeCursor('a'),
  encodeCursor(1, 2),
  encodeCursor(1, 'a', 'b'),
  encodeCursor(1e300, 'a'),
  encodeCursor(-1, 'a'),
  encodeCursor(1.5, 'a'),
])('%j is refused', (cursor) => {
  expect(() => decodeCursor(cursor, ['time', 'text'])).toThrow(AppError);
});
