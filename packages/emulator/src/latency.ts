import type { Operation } from './operations.js'

/** What latency can be told apart by. */
export type LatencyGroup = 'list' | 'search' | 'batch' | 'associations' | 'other'

const GROUPS: Partial<Record<Operation, LatencyGroup>> = {
  list: 'list',
  search: 'search',
  'batch-read': 'batch',
  associations: 'associations',
}

/** How long an answer takes, of what is set for all of them or by group. */
export function latencyOf(
  latency: number | Partial<Record<LatencyGroup, number>>,
  operation: Operation,
): number {
  return typeof latency === 'number' ? latency : (latency[GROUPS[operation] ?? 'other'] ?? 0)
}
