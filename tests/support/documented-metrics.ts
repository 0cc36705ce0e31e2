import { readFileSync } from 'node:fs';
import path from 'node:path';

const docs = path.join(__dirname, '../../docs');

export interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

/** The rows of the tables of metrics in docs/operations.md: `` | `name` | type | `label`, … | ``. */
export function documentedMetrics(): DocumentedMetric[] {
  const text = readFileSync(path.join(docs, 'operations.md'), 'utf8');
  const rows = text.matchAll(/^\| `([a-z0-9_]+)` *\| (counter|gauge|histogram) *\| ([^|]*)\|/gm);
  return [...rows].map(([, name = '', type = '', labels = '']) => ({
    name,
    type,
    labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
  }));
}

/** docs/grafana-dashboard.json, as it is. */
export function dashboard(): unknown {
  return JSON.parse(readFileSync(path.join(docs, 'grafana-dashboard.json'), 'utf8'));
}
