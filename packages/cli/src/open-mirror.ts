import type {
  HubspotSync,
  MirrorReader,
  MirrorReaderOptions,
  ObjectDefinition,
  Store,
  TokenRequest,
} from '@hubsync/core'
import type { Command } from 'commander'
import type { HubsyncConfig } from './define-config.js'
import { type LoadedConfig, loadConfig } from './load-config.js'
import type { Session } from './session.js'
import { addressOf, storeFromUrl } from './store-from-url.js'
import { UsageError } from './usage-error.js'

/** The options that every command on a mirror has. */
export interface MirrorFlags {
  store?: string
  config?: string
  json?: true
}

export function withMirrorFlags(command: Command): Command {
  return command
    .option(
      '--store <url>',
      'sqlite:FILE or postgres://… (default: $HUBSYNC_STORE, the configuration, sqlite:hubspot.db)',
    )
    .option('--config <file>', 'the configuration (default: hubsync.config.ts, .js or .mjs here)')
    .option('--json', 'answer with a line of JSON, without progress')
}

/** The mirror, with all that it can do. Nothing is opened or called yet. */
export async function openSync(session: Session, flags: MirrorFlags): Promise<HubspotSync> {
  const sync = await openSyncWithToken(session, flags)
  if (sync === undefined)
    throw new UsageError(
      'Expected a HubSpot access token in the environment variable HUBSPOT_ACCESS_TOKEN.',
    )
  return sync
}

/** The same, where there is a token. */
export async function openSyncWithToken(
  session: Session,
  flags: MirrorFlags,
): Promise<HubspotSync | undefined> {
  const { cwd, env } = session.surroundings
  const loaded = await loadConfig(cwd, flags.config)
  const { config } = loaded
  const accessToken = env.HUBSPOT_ACCESS_TOKEN?.trim() || hiding(session, config.accessToken)
  if (accessToken === undefined) return undefined
  const baseUrl = env.HUBSPOT_BASE_URL?.trim() || config.baseUrl
  const store = await openStore(session, flags, config)
  const { createHubspotSync } = await import('@hubsync/core')
  return naming(loaded, 'createHubspotSync(…)', () =>
    createHubspotSync<readonly ObjectDefinition[]>({ ...config, accessToken, baseUrl, store }),
  )
}

/** The mirror's reads, which need no token. */
export async function openReader(session: Session, flags: MirrorFlags): Promise<MirrorReader> {
  const { loaded, options } = await openReads(session, flags)
  const { createMirrorReader } = await import('@hubsync/core')
  return naming(loaded, 'createMirrorReader(…)', () => createMirrorReader(options))
}

/** What reading takes. */
export async function openReads(session: Session, flags: MirrorFlags) {
  const loaded = await loadConfig(session.surroundings.cwd, flags.config)
  const { objects, associations, portalId } = loaded.config
  const store = await openStore(session, flags, loaded.config)
  const options: MirrorReaderOptions<readonly ObjectDefinition[]> = {
    objects,
    associations,
    portalId,
    store,
  }
  return { loaded, options }
}

async function openStore(
  session: Session,
  { store: given }: MirrorFlags,
  { store: configured }: HubsyncConfig,
): Promise<Store> {
  const { cwd, env } = session.surroundings
  const choice: [string | Store | undefined, string][] = [
    [given, '--store'],
    [env.HUBSYNC_STORE?.trim() || undefined, 'HUBSYNC_STORE'],
    [configured, '`store` of the configuration'],
    ['sqlite:hubspot.db', 'the default'],
  ]
  const [chosen, source] = choice.find(([store]) => store !== undefined) ?? ['', '']
  if (typeof chosen !== 'string') return chosen as Store
  session.secrets.addUrl(chosen)
  const store = await storeFromUrl(chosen, { cwd, source })
  session.store = addressOf(chosen, cwd)
  return store
}

/** Sees to it that no token of the configuration is ever shown. */
function hiding(session: Session, token: HubsyncConfig['accessToken']) {
  if (typeof token === 'string') session.secrets.add(token)
  if (typeof token !== 'function') return token
  return async (request: TokenRequest) => {
    const given = await token(request)
    if (typeof given === 'string') session.secrets.add(given)
    return given
  }
}

/** Says the name of the configuration where core, which doesn't know it, says that of its function. */
function naming<T>({ file }: LoadedConfig, name: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (file === undefined || !(error instanceof Error)) throw error
    throw new UsageError(error.message.replace(name, file), { cause: error })
  }
}
