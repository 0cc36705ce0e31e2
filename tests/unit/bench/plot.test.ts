import { barsOf } from '../../../bench/bars';
import type { ScenarioReport, Summary } from '../../../bench/report';
import { SCENARIOS, type Metric, type Scenario } from '../../../bench/scenarios';
import { drawn } from '../../../bench/svg';

const spread = (median: number) => ({ median, min: median, max: median });

const summary = (product: number, yardstick: number): Summary => ({
  product: spread(product),
  yardstick: spread(yardstick),
  ratio: spread(product / yardstick),
});

const reportOf = (values: Readonly<Record<string, Summary>>): ScenarioReport => ({
  title: 'as it was called then',
  circumstances: {},
  summary: values,
  rounds: [],
});

const scenario = (name: 'pairs' | 'lone' | 'idle', title: string, metrics: readonly Metric[]): Scenario => ({
  name,
  title,
  world: { people: 0, conversations: [] },
  metrics,
});

const more = scenario('pairs', 'more <is> better', [
  { key: 'other', label: 'without a goal', digits: 0 },
  { key: 'rate', label: 'messages/s', digits: 0, goal: { of: 'ratio', is: 'at least', value: 0.7 } },
]);
const less = scenario('idle', 'less is better', [
  { key: 'size', label: 'KiB', digits: 1, goal: { of: 'ratio', is: 'at most', value: 1.25 } },
]);
const own = scenario('lone', 'the own value counts', [
  { key: 'time', label: 'ms', digits: 2, goal: { of: 'product', is: 'at most', value: 3 } },
]);

const reports = {
  pairs: reportOf({ other: summary(1, 1), rate: summary(5_000, 10_000) }),
  idle: reportOf({ size: summary(20, 40) }),
  lone: reportOf({ time: summary(4, 1.5) }),
};

describe('the bars of the saved results', () => {
  test('are longer where the product is better, beside the goals of today', () => {
    expect(barsOf([more, less, own], reports)).toEqual([
      {
        title: 'more <is> better',
        label: 'messages/s',
        ratio: 0.5,
        target: 0.7,
        product: '5,000',
        yardstick: '10,000',
      },
      { title: 'less is better', label: 'KiB', ratio: 2, target: 0.8, product: '20.0', yardstick: '40.0' },
      {
        title: 'the own value counts',
        label: 'ms',
        ratio: 0.375,
        target: 0.5,
        product: '4.00',
        yardstick: '1.50',
      },
    ]);
  });

  test('leave out what was not measured, or came to nothing', () => {
    const nothing = JSON.parse(JSON.stringify(reportOf({ size: summary(Number.NaN, 1) }))) as ScenarioReport;
    expect(barsOf([more, less, own], { idle: nothing, lone: reportOf({}) })).toEqual([]);
  });

  test('every scenario has a metric with a goal to draw', () => {
    expect(SCENARIOS.filter(({ metrics }) => !metrics.some(({ goal }) => goal))).toEqual([]);
  });
});

describe('the drawing', () => {
  const svg = drawn(barsOf([more, less, own], reports));
  const [short, long] = ['short', 'good'].map((name) =>
    Number(new RegExp(`<rect class="${name}"[^>]* width="([\\d.]+)"`).exec(svg)?.[1]),
  );

  test('has a bar for each, of a length that is its ratio', () => {
    expect(svg.match(/<rect class="(?:good|short)"/g)).toEqual([
      '<rect class="short"',
      '<rect class="good"',
      '<rect class="short"',
    ]);
    expect(long! / short!).toBeCloseTo(4);
  });

  test('has the target as a tick where a bar of that ratio would end', () => {
    const ticks = [...svg.matchAll(/<line class="target" x1="([\d.]+)"/g)].map(([, x]) => Number(x));
    const start = Number(/<rect class="short" x="([\d.]+)"/.exec(svg)?.[1]);
    expect(ticks.map((x) => (x - start) / (long! / 2))).toEqual([
      expect.closeTo(0.7),
      expect.closeTo(0.8),
      expect.closeTo(0.5),
    ]);
  });

  test('ends each bar with its numbers', () => {
    const texts = [...svg.matchAll(/<text x[^>]*>(.*)<\/text>/g)].map(([, text]) =>
      text!.replace(/<[^>]*>/g, ''),
    );
    expect(texts).toEqual([
      'more &#60;is&#62; better messages/s',
      '0.50 ✗ 5,000 beside 10,000, to reach 0.7',
      'less is better KiB',
      '2.00 ✓ 20.0 beside 40.0, to reach 0.8',
      'the own value counts ms',
      '0.38 ✗ 4.00 beside 1.50, to reach 0.5',
    ]);
  });

  test('stays within its frame however long a bar is', () => {
    const wide = drawn(barsOf([more], { pairs: reportOf({ rate: summary(90_000, 1_000) }) }));
    const [, length] = /<rect class="good"[^>]* width="([\d.]+)"/.exec(wide)!;
    expect(Number(length)).toBe(500);
  });

  test('has colours for light and for dark pages, and a ground of its own', () => {
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
    expect(svg).toMatch(/<rect class="ground" width="900" height="\d+"/);
  });
});
