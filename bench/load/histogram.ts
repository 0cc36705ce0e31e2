/** 64 buckets an octave: a value is at most 1.6 % away from what is reported. The idea is HdrHistogram's (Gil Tene). */
const BITS = 6;
const BUCKETS_PER_OCTAVE = 1 << BITS;
/** up to 2^31 microseconds, 35 minutes */
const OCTAVES = 31 - BITS;

/** Counts durations in microseconds, in constant space and without allocation. */
export class Histogram {
  private readonly counts = new Uint32Array((OCTAVES + 1) * BUCKETS_PER_OCTAVE);
  private total = 0;

  get count(): number {
    return this.total;
  }

  clear(): void {
    this.counts.fill(0);
    this.total = 0;
  }

  record(micros: number): void {
    const value = micros < 0 ? 0 : Math.floor(micros);
    const shift = Math.max(0, 31 - Math.clz32(value) - BITS);
    const index = shift * BUCKETS_PER_OCTAVE + (value >>> shift);
    this.counts[Math.min(index, this.counts.length - 1)]! += 1;
    this.total += 1;
  }

  /** Microseconds that a share (0…1) of the durations did not exceed; NaN when there are none. */
  quantile(share: number): number {
    const rank = Math.ceil(share * this.total);
    let seen = 0;
    for (let index = 0; index < this.counts.length; index += 1) {
      seen += this.counts[index] ?? 0;
      if (seen >= rank && seen > 0) return highestOf(index);
    }
    return Number.NaN;
  }

  quantileMs(share: number): number {
    return this.quantile(share) / 1000;
  }
}

/** The highest whole value that falls into a bucket. */
function highestOf(index: number): number {
  const shift = Math.max(0, Math.floor(index / BUCKETS_PER_OCTAVE) - 1);
  const mantissa = index - shift * BUCKETS_PER_OCTAVE;
  return (mantissa + 1) * 2 ** shift - 1;
}
