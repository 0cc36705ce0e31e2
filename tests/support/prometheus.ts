/** One line of what Prometheus reads: a name, its labels, a number. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: Sample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/y;
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const NUMBER = /^(?:[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?|[-+]Inf|NaN|Nan)$/;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

function readLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let at = 0; at < text.length;) {
    LABEL.lastIndex = at;
    const [whole = '', name = '', value = ''] = LABEL.exec(text) ?? [];
    if (!whole) throw new Error(`no labels: ${line}`);
    if (name in labels) throw new Error(`a label twice: ${line}`);
    labels[name] = value;
    at += whole.length;
    if (at < text.length && text[at++] !== ',') throw new Error(`no comma between labels: ${line}`);
  }
  return labels;
}

function readSample(line: string): Sample {
  const [, name = '', labels = '', number = ''] = SAMPLE.exec(line) ?? [];
  if (!name || !NUMBER.test(number)) throw new Error(`not a sample: ${line}`);
  return { name, labels: readLabels(labels, line), value: Number(number.replace('Inf', 'Infinity')) };
}

/** Buckets grow up to `+Inf`, which is the count: of each combination of the other labels. */
function checkHistogram({ name, samples }: Family): void {
  const series = new Map<string, { buckets: Sample[]; count?: number; sum?: number }>();
  for (const sample of samples) {
    const { le, ...rest } = sample.labels;
    const key = JSON.stringify(rest);
    const one = series.get(key) ?? { buckets: [] };
    series.set(key, one);
    if (sample.name === `${name}_count`) one.count = sample.value;
    else if (sample.name === `${name}_sum`) one.sum = sample.value;
    else if (le === undefined) throw new Error(`${name} has a bucket without le`);
    else one.buckets.push(sample);
  }
  for (const [key, { buckets, count, sum }] of series) {
    const bounds = buckets.map(({ labels }) => Number(labels.le?.replace('Inf', 'Infinity')));
    const grows = (numbers: readonly number[]): boolean =>
      numbers.every((number, at) => at === 0 || number >= (numbers[at - 1] ?? 0));
    if (!grows(bounds) || bounds.at(-1) !== Infinity)
      throw new Error(`${name}${key}: its bounds do not grow`);
    if (!grows(buckets.map(({ value }) => value)) || buckets.at(-1)?.value !== count || sum === undefined)
      throw new Error(`${name}${key}: its buckets do not add up`);
  }
}

/**
 * Reads the text format 0.0.4 as strictly as it is written down.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 * @throws what is wrong with it
 */
export function parseMetrics(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let help: { name: string; text: string } | undefined;
  let family: Family | undefined;
  for (const line of text.split('\n').filter((content) => content !== '')) {
    const [, keyword = '', name = '', rest = ''] =
      new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`).exec(line) ?? [];
    if (keyword === 'HELP') help = { name, text: rest };
    else if (keyword === 'TYPE') {
      if (help?.name !== name || !(rest in SUFFIXES)) throw new Error(`a type without help: ${line}`);
      if (families.has(name)) throw new Error(`a family twice: ${line}`);
      family = { name, help: help.text, type: rest, samples: [] };
      families.set(name, family);
    } else {
      const sample = readSample(line);
      const names = SUFFIXES[family?.type ?? '']?.map((suffix) => `${family?.name}${suffix}`) ?? [];
      if (!names.includes(sample.name)) throw new Error(`outside of its family: ${line}`);
      const series = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (seen.has(series)) throw new Error(`a series twice: ${line}`);
      seen.add(series);
      family?.samples.push(sample);
    }
  }
  for (const one of families.values()) if (one.type === 'histogram') checkHistogram(one);
  return families;
}
