/** The order of a job among the others. */
export interface JobOrder {
  /** Jobs with lower numbers get their turn first when several wait for the same limit. */
  priority: number
  /** What the job waits for before it writes. It may read before that. */
  after: Promise<unknown>
  /** Called when the job has read up to HubSpot's present moment. */
  atPresent?(): void
  /** The job that the run holds for this one. Default: the job itself. */
  heldAs?: string
}

/** A job that waits for no other. */
export const atOnce: JobOrder = { priority: 0, after: Promise.resolve() }
