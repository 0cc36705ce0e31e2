import type { Bar } from './bars';

const WIDTH = 900;
const MARGIN = 24;
/** of the longest bar or the furthest target */
const LONGEST = 500;
const HEAD = 62;
const ROW = 50;
const BAR = 16;
const FOOT = 40;

const STYLE = `
  svg { --ground: #ffffff; --ink: #1f2328; --quiet: #59636e; --line: #d1d9e0; --good: #1a7f37; --short: #bc4c00; }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #0d1117; --ink: #f0f6fc; --quiet: #9198a1; --line: #3d444d; --good: #3fb950; --short: #db6d28; }
  }
  text { font: 13px system-ui, sans-serif; fill: var(--ink); stroke: var(--ground); stroke-width: 4px; paint-order: stroke; }
  .title { font-size: 16px; font-weight: 600; }
  .quiet { fill: var(--quiet); }
  .strong { font-weight: 600; }
  .ground { fill: var(--ground); }
  .line { stroke: var(--line); }
  .level { stroke: var(--quiet); }
  .good { fill: var(--good); }
  .short { fill: var(--short); }
  .target { stroke: var(--ink); stroke-width: 3; }`;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const target = (ratio: number): string => ratio.toLocaleString('en', { maximumFractionDigits: 2 });

/** A title with what was measured, and below it the bar, the target as a tick across it, and the numbers behind both. */
function row(bar: Bar, y: number, unit: number): string {
  const isReached = bar.ratio >= bar.target;
  const length = bar.ratio * unit;
  const tick = MARGIN + bar.target * unit;
  const middle = y + 8 + BAR / 2;
  const behind = Math.max(MARGIN + length, tick) + 10;
  const numbers = `${bar.product} beside ${bar.yardstick}, to reach ${target(bar.target)}`;
  return [
    `<text x="${MARGIN}" y="${y}">${escaped(bar.title)} <tspan class="quiet">${escaped(bar.label)}</tspan></text>`,
    `<rect class="${isReached ? 'good' : 'short'}" x="${MARGIN}" y="${y + 8}" width="${length.toFixed(1)}" height="${BAR}" rx="2"/>`,
    `<line class="target" x1="${tick.toFixed(1)}" x2="${tick.toFixed(1)}" y1="${y + 5}" y2="${y + 11 + BAR}"/>`,
    `<text x="${behind.toFixed(1)}" y="${middle + 5}"><tspan class="strong">${bar.ratio.toFixed(2)}</tspan> ` +
      `<tspan class="${isReached ? 'good' : 'short'}">${isReached ? '✓' : '✗'}</tspan> ` +
      `<tspan class="quiet">${escaped(numbers)}</tspan></text>`,
  ].join('\n');
}

/** Thin lines at whole ratios; the yardstick's own stands out. */
function grid(most: number, unit: number, bottom: number): string[] {
  return Array.from({ length: Math.floor(most) + 1 }, (_, ratio) => {
    const x = (MARGIN + ratio * unit).toFixed(1);
    return [
      `<line class="${ratio === 1 ? 'level' : 'line'}" x1="${x}" x2="${x}" y1="${HEAD - 8}" y2="${bottom}"/>`,
      `<text class="quiet" x="${x}" y="${bottom + 16}" text-anchor="middle">${ratio}</text>`,
    ].join('\n');
  });
}

/** An SVG of its own ground, legible on light and on dark pages. */
export function drawn(bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.flatMap(({ ratio, target: goal }) => [ratio, goal]));
  const unit = LONGEST / most;
  const bottom = HEAD + bars.length * ROW;
  const height = bottom + FOOT;
  const about =
    'How many times as good as its yardstick: longer is better, 1 is level, the tick is to be reached';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${about}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}" rx="8"/>`,
    `<text class="title" x="${MARGIN}" y="32">${about}</text>`,
    ...grid(most, unit, bottom),
    ...bars.map((bar, index) => row(bar, HEAD + 14 + index * ROW, unit)),
    '</svg>',
    '',
  ].join('\n');
}
