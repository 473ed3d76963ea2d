import type { HubspotSyncOptions, Store } from '@hubsync/core'
import type { Portal } from '@hubsync/emulator'
import type { Simulation, Step } from './simulation.js'
import { Silence, type StoreTroubles } from './store-troubles.js'

/** After how long the network closes a silent connection. */
const SILENCE_MS = 90_000

/** The page size of HubSpot here. Short pages make many pages of few records. */
export interface PageSizes {
  list: number
  search: number
}

type Requester = NonNullable<HubspotSyncOptions['client']>

/**
 * A process as the world sees it: calls to HubSpot, calls of a store, and sleeps. Each waits for its turn in the
 * simulation. After a kill none of them returns, and nothing new starts.
 */
export class Process {
  readonly #simulation: Simulation
  readonly #end = new AbortController()

  constructor(
    readonly name: string,
    simulation: Simulation,
    /** How far this machine's clock is ahead of HubSpot's, in milliseconds. */
    private readonly skew: () => number,
  ) {
    this.#simulation = simulation
  }

  get isDead(): boolean {
    return this.#end.signal.aborted
  }

  /** For runs: lets a killed one clear its timers. Its later calls reach nobody. */
  get signal(): AbortSignal {
    return this.#end.signal
  }

  kill(): void {
    this.#end.abort()
  }

  get clock() {
    const { clock } = this.#simulation
    return {
      now: () => clock.now() + this.skew(),
      sleep: async (ms: number, signal?: AbortSignal) => {
        await clock.sleep(ms, signal)
        if (this.isDead) await never()
      },
    }
  }

  /** HubSpot without a network. */
  client(portal: Portal, pages: PageSizes): Requester {
    return {
      apiRequest: ({ method, path, qs, body, headers: given }) => {
        const url = `https://api.hubapi.com${path}?${new URLSearchParams(shortened(path, qs, pages))}`
        const ask = async () => {
          const connection = this.#connection()
          try {
            const request = new Request(url, {
              ...{ method, signal: connection.signal },
              headers: { 'content-type': 'application/json', ...given },
              ...(body === undefined ? {} : { body: JSON.stringify(shortBody(path, body, pages)) }),
            })
            const response = await portal.fetch(request)
            const text = await response.text().catch((error: unknown) => ({ error }))
            const { status, headers } = response
            return {
              ...{ status, headers },
              text: () => (typeof text === 'string' ? ok(text) : fail(text)),
            }
          } finally {
            connection.close()
          }
        }
        return this.#wait(`${method} ${path}`, 'call', ask)
      },
    }
  }

  /**
   * A store whose every call waits for its turn and can meet troubles. `onCommit` is called with each committed batch.
   */
  store(
    store: Store,
    troubles: StoreTroubles,
    onCommit: (batch: Parameters<Store['commit']>[0]) => void,
  ): Store {
    return new Proxy(store, {
      get: (target, name: keyof Store) => {
        const call = target[name] as (...given: unknown[]) => Promise<unknown>
        if (name === 'close') return async () => {}
        return (...given: unknown[]) =>
          this.#wait(`store.${name}${detailOf(name, given)}`, 'store', () =>
            troubles.meet(`store.${name}${detailOf(name, given)}`, async () => {
              const result = await call.apply(target, given)
              if (name === 'commit') onCommit(given[0] as Parameters<Store['commit']>[0])
              return result
            }),
          )
      },
    })
  }

  /** A connection that breaks after a long silence. */
  #connection(): { signal: AbortSignal; close(): void } {
    const [broken, closed] = [new AbortController(), new AbortController()]
    void this.#simulation.clock.sleep(SILENCE_MS, closed.signal).then(
      () => broken.abort(new TypeError('fetch failed')),
      () => {},
    )
    return { signal: broken.signal, close: () => closed.abort('closed') }
  }

  #wait<T>(name: string, kind: Step['kind'], happen: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let tell = () => {}
      this.#simulation.wait({
        name: `${this.name}: ${name}`,
        kind,
        isWanted: () => !this.isDead,
        happen: () =>
          happen().then(
            (value) => {
              tell = () => resolve(value)
            },
            (error: unknown) => {
              tell = () => {
                if (error instanceof Silence)
                  void this.#simulation.clock.sleep(Silence.ms).then(() => reject(error.end))
                else reject(error)
              }
            },
          ),
        tell: () => tell(),
      })
    })
  }
}

const ok = (text: string) => Promise.resolve(text)
const fail = ({ error }: { error: unknown }) => Promise.reject(error)
const never = () => new Promise<never>(() => {})

function detailOf(name: keyof Store, given: unknown[]): string {
  if (name !== 'commit') return ''
  const { checkpoint, run } = given[0] as Parameters<Store['commit']>[0]
  return ` ${checkpoint?.stream ?? (run ? `run ${run.status}` : '')}`
}

function shortened(
  path: string,
  query: Record<string, string> = {},
  { list }: PageSizes,
): Record<string, string> {
  const isList = /\/objects\/[^/]+\/[^/]+$/.test(path)
  return isList && query.limit !== undefined
    ? { ...query, limit: String(Math.min(Number(query.limit), list)) }
    : query
}

function shortBody(path: string, body: unknown, { search }: PageSizes): unknown {
  const { limit } = body as { limit?: number }
  return path.endsWith('/search') && limit !== undefined
    ? { ...(body as object), limit: Math.min(limit, search) }
    : body
}
