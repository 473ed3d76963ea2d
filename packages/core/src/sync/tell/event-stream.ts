import type { SyncEvent } from '../../events.js'

/** Hears the events of one run. */
export interface Listener {
  hear(event: SyncEvent): void
  /** Called before the first event of the run, and waited for. */
  open?(): Promise<void>
  /** Does the work of a job that has started. */
  within?<T>(job: string, work: () => Promise<T>): Promise<T>
  /** Called once all jobs are over, before the end of the run is written and told, and waited for. */
  close?(): Promise<void>
}

/** The one stream of a run's events: whoever wants to know of the run listens to it. */
export class EventStream {
  constructor(private readonly listeners: readonly Listener[]) {}

  emit(event: SyncEvent): void {
    for (const listener of this.listeners) listener.hear(event)
  }

  async open(): Promise<void> {
    for (const listener of this.listeners) await listener.open?.()
  }

  /** Does the work of a job as each listener wants it done. */
  within<T>(job: string, work: () => Promise<T>): Promise<T> {
    return this.listeners.reduce<() => Promise<T>>(
      (inner, listener) => () => listener.within?.(job, inner) ?? inner(),
      work,
    )()
  }

  async close(): Promise<void> {
    for (const listener of this.listeners) await listener.close?.()
  }
}
