import type { MirrorStatus } from '@hubsync/core'
import type { Viewer } from '../pages/viewer.js'
import type { Run } from '../runs.js'

/** The data of the status page. */
export interface StatusPageInput {
  /** Null before the first run. */
  status: Omit<MirrorStatus, 'lastRun' | 'reference'> | null
  /** The latest runs, newest first. Running ones have their progress. */
  runs: readonly Run[]
  /** Milliseconds since 1970. */
  now: number
  /** The base path of the handler: empty, or for example `/crm`. */
  basePath: string
  /** Whoever looks at the page. */
  viewer: Viewer
  /** Whether the handler can start runs. */
  canStart: boolean
}
