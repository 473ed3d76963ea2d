import type { SyncEvent } from '../../events.js'

/** Listens to the events of one run. */
export interface Listener {
  hear(event: SyncEvent): void
  /** Called before the first event of the run. The run waits for it. */
  open?(): Promise<void>
  /** Runs the work of a job that has started. */
  within?<T>(job: string, work: () => Promise<T>): Promise<T>
  /** Called after all jobs, before the end of the run is recorded and its event emitted. The run waits for it. */
  close?(): Promise<void>
}

/** The events of a run. Everything that observes a run listens to them. */
export class EventStream {
  constructor(private readonly listeners: readonly Listener[]) {}

  emit(event: SyncEvent): void {
    for (const listener of this.listeners) listener.hear(event)
  }

  async open(): Promise<void> {
    for (const listener of this.listeners) await listener.open?.()
  }

  /** Runs the work of a job inside the `within` of each listener. */
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
