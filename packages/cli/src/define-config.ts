import type { HubspotSyncOptions, ObjectDefinition, Store } from '@hubsync/core'

/** Options of `createHubspotSync()` that the program sets itself. A configuration can't have them. */
export const broughtAlong = ['client', 'clock'] as const

/** The contents of a `hubsync.config.ts`: the options of `createHubspotSync()`, all of them optional. */
export interface HubsyncConfig
  extends Omit<
    HubspotSyncOptions<readonly ObjectDefinition[]>,
    'accessToken' | 'objects' | 'store' | (typeof broughtAlong)[number]
  > {
  /**
   * The objects that are mirrored, or `'all'` that the portal has records of.
   *
   * @defaultValue `[contacts, companies, deals]`
   */
  objects?: readonly ObjectDefinition[] | 'all' | undefined
  /**
   * Where the mirror is: `sqlite:FILE`, `postgres://…`, or a store that you made. `--store` and the environment variable
   * `HUBSYNC_STORE` win over it.
   *
   * @defaultValue `sqlite:hubspot.db`
   */
  store?: string | Store | undefined
  /**
   * A token, or a function that gives one, for OAuth apps. The environment variable `HUBSPOT_ACCESS_TOKEN` wins over it.
   *
   * @defaultValue none
   */
  accessToken?: HubspotSyncOptions['accessToken']
}

/** Returns the configuration unchanged. It exists for the types. */
export function defineConfig(config: HubsyncConfig): HubsyncConfig {
  return config
}
