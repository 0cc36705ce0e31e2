import fc from 'fast-check';
import { endOfPage } from '../../../src/services/conversations/changes.service';

const rows = (...versions: number[]) => versions.map((version) => ({ version }));

test('nothing is cut off when all rows fit', () => {
  expect(endOfPage(rows(1, 2, 3), 3)).toBeNull();
});

test('a page ends at a whole version', () => {
  expect(endOfPage(rows(1, 2, 2, 3), 2)).toEqual({ version: 1, complete: true });
});

test('a version that alone overflows the page goes out whole', () => {
  expect(endOfPage(rows(4, 4, 4), 2)).toEqual({ version: 4, complete: false });
});

test('whatever the rows, a page moves forward and never splits a version', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 10 }),
      (versions, limit) => {
        const all = rows(...versions.sort((left, right) => left - right));
        const end = endOfPage(all.slice(0, limit + 1), limit);
        if (!end) return all.length <= limit;
        const page = all.filter((row) => row.version <= end.version);
        return (
          page.length > 0 &&
          (end.complete ? page.length <= limit : page.every((row) => row.version === end.version))
        );
      },
    ),
  );
});
