import type { HubspotSyncOptions, ObjectDefinition, Store } from '@hubsync/core'

/** What `hubsync.config.ts` may say: the options of `createHubspotSync()`, all of them optional. */
export interface HubsyncConfig
  extends Omit<
    HubspotSyncOptions<readonly ObjectDefinition[]>,
    'accessToken' | 'client' | 'clock' | 'store'
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
