import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** A line of a benchmark's table: the ratio that is judged, what it should be, and what it comes from. */
export interface Line {
  /** Ours to what it is measured against: see the table's title for which way round. */
  ratio: number
  /** `≥ 0.8`, `≤ 1.05`; empty where the line is there for comparison. */
  goal: string
  [column: string]: string | number
}

/** What a benchmark found out. */
export interface Table {
  title: string
  lines: Line[]
  /** What was compared with what, and what the reader should know to trust it. */
  notes: string[]
}

/** What a benchmark is told. */
interface BenchmarkOptions {
  /** The share of the full size that is run. */
  scale: number
  /** Says what is going on, where the table takes a while. */
  progress(text: string): void
}

/** A benchmark, as its file exports it. */
export interface Benchmark {
  name: string
  /** What it answers, in a sentence. */
  about: string
  /** The scale that is run where none is asked for: 1 is the full size. */
  defaultScale: number
  run(options: BenchmarkOptions): AsyncGenerator<Table>
}

/** Flags of Node.js. Without them V8 lets garbage gather on a machine with much memory: a peak would tell of its patience, not of what is kept. */
export const smallHeap = ['--max-old-space-size=64', '--max-semi-space-size=4']

/** A size at a scale, never below the least that means anything. */
export function scaled(full: number, scale: number, least = 1): number {
  return Math.max(least, Math.round(full * scale))
}

/** The middle of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** How long work takes, in milliseconds. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Has V8 clear the garbage away, and move what is kept out of its way: what is timed next would pay for that. */
export function clearGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}
