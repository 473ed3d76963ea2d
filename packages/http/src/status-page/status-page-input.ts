import type { MirrorStatus, RunRecord } from '@hubsync/core'

/** A run that is under way. */
export interface RunInProgress {
  id: string
  jobs: readonly string[]
  /** ISO-8601. */
  startedAt: string
  /** By job: how many records it has read, and how many there are to read where that is known. */
  progress: Readonly<Record<string, { done: number; total?: number | undefined }>>
}

/** What the status page shows. */
export interface StatusPageInput {
  /** Null before the first run. */
  status: MirrorStatus | null
  /** The latest runs, newest first. */
  runs: readonly RunRecord[]
  /** The runs that are under way, in whatever process. */
  running: readonly RunInProgress[]
  /** Milliseconds since 1970. */
  now: number
  /** What the paths of the handler begin with: empty, or for example `/crm`. */
  basePath: string
}
