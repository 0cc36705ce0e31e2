import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second (USER_HZ). */
const TICK_MICROS = 10_000;

/** Processor time of all threads of a process, user and system, in microseconds; NaN where there is no /proc. */
export function cpuMicros(pid: number): number {
  try {
    // The name in parentheses may hold spaces: utime and stime are the 12th and 13th field behind it (proc(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MICROS;
  } catch {
    return Number.NaN;
  }
}

/** Resident memory of a process in KiB; NaN where there is no /proc. */
export function residentKib(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
  } catch {
    return Number.NaN;
  }
}

/** Processor time that anything on the machine has used, idling and waiting left out, in microseconds. */
export function machineMicros(): number {
  try {
    const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'latin1')
      .split('\n', 1)[0]!
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return (user! + nice! + system! + irq! + softirq! + steal!) * TICK_MICROS;
  } catch {
    return Number.NaN;
  }
}
