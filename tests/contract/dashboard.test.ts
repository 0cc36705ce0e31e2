import { dashboard, documentedMetrics } from '../support/documented-metrics';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}
interface Variable {
  readonly name: string;
  readonly type: string;
}
const { panels, templating, schemaVersion, title } = dashboard() as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly schemaVersion: number;
  readonly title: string;
};
const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const metrics = documentedMetrics();

/** A histogram is read by its buckets, its sum or its count. */
const series = metrics.flatMap(({ name, type }) =>
  type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name],
);
const labels = new Set([...metrics.flatMap((metric) => metric.labels), 'le', 'job', 'instance']);

const namesIn = (expr: string): string[] => expr.match(/\b(?:chat|nodejs|process)_\w+/g) ?? [];

test('every expression names a metric that is documented, and every metric of ours is shown', () => {
  for (const expr of expressions) expect([expr, namesIn(expr).length]).toEqual([expr, 1]);
  const shown = expressions.flatMap(namesIn);
  expect(shown.filter((name) => !series.includes(name))).toEqual([]);
  const ours = metrics.filter(({ name }) => name.startsWith('chat_'));
  expect(
    ours.filter(({ name }) => !shown.some((one) => one.startsWith(name))).map(({ name }) => name),
  ).toEqual([]);
});

test('counters are shown as rates, and sums are by labels that there are', () => {
  for (const expr of expressions) {
    const [name = ''] = namesIn(expr);
    if (/_(total|sum|bucket)$/.test(name)) expect(expr).toMatch(new RegExp(`(rate|increase)\\(${name}\\{`));
    const by = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
    expect(by.filter((label) => !labels.has(label))).toEqual([]);
    const depths = [...expr].map((sign) => (sign === '(' ? 1 : sign === ')' ? -1 : 0));
    expect([expr, depths.reduce<number>((sum, step) => sum + step, 0)]).toEqual([expr, 0]);
  }
});

test('it can be imported: ids differ, panels do not overlap, the data source is asked for', () => {
  expect({ title, schemaVersion }).toEqual({ title: 'Chat server', schemaVersion: 39 });
  expect(templating.list.map(({ name, type }) => [name, type])).toEqual([
    ['datasource', 'datasource'],
    ['job', 'query'],
  ]);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) =>
    Array.from({ length: h * w }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  for (const { type, datasource } of panels)
    if (type !== 'row') expect(datasource?.uid).toBe('${datasource}');
});
