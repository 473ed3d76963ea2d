import type { MirrorStatus } from '@hubsync/core'
import type { Run } from '../runs.js'

/** What the status page shows. */
export interface StatusPageInput {
  /** Null before the first run. */
  status: Omit<MirrorStatus, 'lastRun'> | null
  /** The latest runs, newest first, those that are under way with their progress. */
  runs: readonly Run[]
  /** Milliseconds since 1970. */
  now: number
  /** What the paths of the handler begin with: empty, or for example `/crm`. */
  basePath: string
}
