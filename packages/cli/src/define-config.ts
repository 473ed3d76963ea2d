import type { HubspotSyncOptions, ObjectDefinition, Store } from '@hubsync/core'

/** Options of `createHubspotSync()` that the program brings itself: no configuration has them. */
export const broughtAlong = ['client', 'clock'] as const

/** What `hubsync.config.ts` may say: the options of `createHubspotSync()`, all of them optional. */
export interface HubsyncConfig
  extends Omit<
    HubspotSyncOptions<readonly ObjectDefinition[]>,
    'accessToken' | 'store' | (typeof broughtAlong)[number]
  > {
  /**
   * Where the mirror lives: `sqlite:FILE`, `postgres://…`, or a store that you made. `--store` and the environment variable
   * `HUBSYNC_STORE` go before it.
   *
   * @defaultValue `sqlite:hubspot.db`
   */
  store?: string | Store | undefined
  /**
   * A function that gives an access token, for OAuth apps, or a token. The environment variable `HUBSPOT_ACCESS_TOKEN` goes
   * before it.
   *
   * @defaultValue none
   */
  accessToken?: HubspotSyncOptions['accessToken']
}

/** Gives the configuration back as it is: it is there for its types. */
export function defineConfig(config: HubsyncConfig): HubsyncConfig {
  return config
}
