import type { Metric, Scenario } from './scenarios';
import type { ScenarioReport, Summary } from './report';

const HEAD = [
  '| Scenario | Measured | Product | Yardstick | Ratio (min – max) | To reach |',
  '|---|---|--:|--:|--:|---|',
];

const shown = (value: number, digits: number): string =>
  Number.isFinite(value)
    ? value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : '–';

function goalOf({ goal }: Metric, { reached }: Summary): string {
  if (!goal) return '';
  return `${goal.of === 'ratio' ? 'ratio ' : ''}${goal.is} ${goal.value} ${reached ? '✓' : '✗'}`;
}

function rowsOf(scenario: Scenario, { summary }: ScenarioReport): string[] {
  return scenario.metrics.flatMap((metric, index) => {
    const values = summary[metric.key];
    if (!values) return [];
    const { product, yardstick, ratio } = values;
    const ratios = Number.isFinite(ratio.median)
      ? `${shown(ratio.median, 2)} (${shown(ratio.min, 2)} – ${shown(ratio.max, 2)})`
      : '–';
    const cells = [
      index === 0 ? scenario.title : '',
      metric.label,
      shown(product.median, metric.digits),
      shown(yardstick.median, metric.digits),
      ratios,
      goalOf(metric, values),
    ];
    return [`| ${cells.join(' | ')} |`];
  });
}

function pinning({ serverCore, otherCores }: ScenarioReport['circumstances']): string {
  if (otherCores === null) return 'no process pinned to a core';
  if (serverCore === null)
    return `load generator pinned to core ${otherCores}, everything else free to use all`;
  return `server pinned to core ${serverCore}, load generator to core ${otherCores}, database free to use both`;
}

function circumstances({ circumstances: about }: ScenarioReport): string {
  const history = about.messages
    ? `a history of ${Number(about.messages).toLocaleString('en')} messages; `
    : '';
  return (
    `Medians of ${about.rounds} rounds, product and yardstick in turn, ${about.seconds} s each where a scenario has a ` +
    `duration; ${pinning(about)}; ${history}${about.processor}; Node ${about.node}; ${about.database}, every commit flushed to disk; ` +
    `product at commit ${about.commit}.`
  );
}

/** Each one's circumstances, told once for all that share them. */
function allCircumstances(reports: Readonly<Record<string, ScenarioReport>>): string[] {
  const names = new Map<string, string[]>();
  for (const [name, report] of Object.entries(reports)) {
    const told = circumstances(report);
    names.set(told, [...(names.get(told) ?? []), name]);
  }
  return [...names].map(([told, of]) => (names.size > 1 ? `${of.join(', ')}: ${told}` : told));
}

/** The Markdown table of some scenarios that were run together. */
export function table(
  scenarios: readonly Scenario[],
  reports: Readonly<Record<string, ScenarioReport>>,
): string {
  const rows = scenarios.flatMap((scenario) => {
    const report = reports[scenario.name];
    return report ? rowsOf(scenario, report) : [];
  });
  return [...HEAD, ...rows, '', allCircumstances(reports).join('\n\n')].join('\n');
}
