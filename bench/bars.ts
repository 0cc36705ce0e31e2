import type { ScenarioReport, Summary } from './report';
import type { Metric, Scenario } from './scenarios';

/** A scenario's result, turned so that more is better. */
export interface Bar {
  readonly title: string;
  /** what was measured, e.g. `messages/s` */
  readonly label: string;
  /** how many times as good as the yardstick the product is */
  readonly ratio: number;
  /** the ratio that is to be reached */
  readonly target: number;
  /** both medians, as they were measured */
  readonly product: string;
  readonly yardstick: string;
}

type Goal = NonNullable<Metric['goal']>;

/** The ratio and its target. A goal of the product's own value is told as the ratio that it is beside this yardstick. */
function compared(goal: Goal, { product, yardstick, ratio }: Summary): Pick<Bar, 'ratio' | 'target'> {
  const isRatio = goal.of === 'ratio';
  const reached = isRatio ? ratio.median : product.median / yardstick.median;
  const target = isRatio ? goal.value : goal.value / yardstick.median;
  return goal.is === 'at least' ? { ratio: reached, target } : { ratio: 1 / reached, target: 1 / target };
}

function barOf(scenario: Scenario, { summary }: ScenarioReport): Bar | undefined {
  const metric = scenario.metrics.find(({ goal }) => goal);
  const values = metric && summary[metric.key];
  if (!metric?.goal || !values) return undefined;
  const { ratio, target } = compared(metric.goal, values);
  // What could not be measured is `null` in a saved result.
  if (!(ratio > 0 && Number.isFinite(ratio) && Number.isFinite(target))) return undefined;
  const shown = (value: number): string =>
    value.toLocaleString('en', {
      minimumFractionDigits: metric.digits,
      maximumFractionDigits: metric.digits,
    });
  return {
    title: scenario.title,
    label: metric.label,
    ratio,
    target,
    product: shown(values.product.median),
    yardstick: shown(values.yardstick.median),
  };
}

/** One bar for each scenario with a result: its first metric with a goal, held against the goal of today. */
export function barsOf(
  scenarios: readonly Scenario[],
  reports: Readonly<Record<string, ScenarioReport>>,
): Bar[] {
  return scenarios.flatMap((scenario) => {
    const report = reports[scenario.name];
    return (report && barOf(scenario, report)) ?? [];
  });
}
