import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A line of a benchmark's table: the ratio, its goal, and the figures that it is computed from. */
export interface Line {
  /** hubsync compared with the reference. The table's title says which is divided by which. */
  ratio: number
  /** `≥ 0.8`, `≤ 1.05`; empty for a line that is only for comparison. */
  goal: string
  [column: string]: string | number
}

/** The result of a benchmark. */
export interface Table {
  title: string
  lines: Line[]
  /** What was compared, and under which conditions. */
  notes: string[]
}

interface BenchmarkOptions {
  /** The share of the full size to run. */
  scale: number
  /** Reports the progress of a long benchmark. */
  progress(text: string): void
}

/** A benchmark. Each file exports one. */
export interface Benchmark {
  name: string
  /** What it measures, in a sentence. */
  about: string
  /** The default scale. 1 is the full size. */
  defaultScale: number
  run(options: BenchmarkOptions): AsyncGenerator<Table>
}

/**
 * Flags of Node.js that limit its heap. Without them V8 lets garbage accumulate if the machine has much memory, and a
 * peak would not show what is really kept.
 */
export const smallHeap = ['--max-old-space-size=64', '--max-semi-space-size=4']

/** A size at a scale, at least `least`. */
export function scaled(full: number, scale: number, least = 1): number {
  return Math.max(least, Math.round(full * scale))
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The duration of work, in milliseconds. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Runs V8's garbage collection, so that it doesn't count in the next measurement. */
export function clearGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}
