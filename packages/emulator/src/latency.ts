import type { Operation } from './operations.js'

/** The groups of calls that can have different latencies. */
export type LatencyGroup = 'list' | 'search' | 'batch' | 'associations' | 'other'

const GROUPS: Partial<Record<Operation, LatencyGroup>> = {
  list: 'list',
  search: 'search',
  'batch-read': 'batch',
  'batch-create': 'batch',
  'batch-update': 'batch',
  'batch-upsert': 'batch',
  'batch-archive': 'batch',
  associations: 'associations',
  'batch-associate': 'associations',
  'batch-associate-default': 'associations',
  'batch-dissociate': 'associations',
  'batch-dissociate-labels': 'associations',
}

/** The latency of an operation. `latency` is one value, or one per group. */
export function latencyOf(
  latency: number | Partial<Record<LatencyGroup, number>>,
  operation: Operation,
): number {
  return typeof latency === 'number' ? latency : (latency[GROUPS[operation] ?? 'other'] ?? 0)
}
