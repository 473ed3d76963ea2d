import type {
  AccessToken,
  ApiRequester,
  HubspotSync,
  HubspotSyncOptions,
  MirrorReader,
  MirrorReaderOptions,
  ObjectDefinition,
  Store,
  TokenRequest,
} from '@hubsync/core'
import { expectedGot } from '@hubsync/core/store'
import type { Command } from 'commander'
import type { HubsyncConfig } from './define-config.js'
import { type LoadedConfig, loadConfig } from './load-config.js'
import type { Session } from './session.js'
import { addressOf, storeFromUrl } from './store-from-url.js'
import { tokenAdvice } from './token-advice.js'
import { UsageError } from './usage-error.js'

/** The options of every command that uses a mirror. */
export interface MirrorFlags {
  store?: string
  config?: string
  json?: true
}

export function withMirrorFlags(command: Command): Command {
  return command
    .option(
      '--store <url>',
      'sqlite:FILE or postgres://… Default: $HUBSYNC_STORE, then the configuration, then sqlite:hubspot.db',
    )
    .option(
      '--config <file>',
      'the configuration. Default: hubsync.config.ts, .js or .mjs in this folder',
    )
    .option('--json', 'print one line of JSON, and no progress')
}

/** The whole mirror. Nothing is opened or called yet. */
export async function openSync(session: Session, flags: MirrorFlags): Promise<HubspotSync> {
  const loaded = await loadConfig(session.surroundings.cwd, flags.config)
  const accessToken = tokenOf(session, loaded)
  if (accessToken === undefined) throw await missingToken(session, loaded)
  return syncOf(session, flags, loaded, accessToken)
}

/** The same without a store: for what only asks HubSpot. */
export async function openPortal(session: Session, loaded: LoadedConfig): Promise<HubspotSync> {
  const accessToken = tokenOf(session, loaded)
  if (accessToken === undefined) throw await missingToken(session, loaded)
  const { memoryStore } = await import('@hubsync/core')
  const baseUrl = baseUrlOf(session, loaded)
  return createSync(loaded, { ...loaded.config, accessToken, baseUrl, store: memoryStore() })
}

/**
 * A mirror in memory of everything that these objects have, by a client that `through` makes of an address. Without
 * objects: of all that the portal has records of.
 */
export async function openRecorded(
  session: Session,
  loaded: LoadedConfig,
  objects: readonly string[],
  through: (baseUrl: string) => ApiRequester,
): Promise<HubspotSync> {
  const { memoryStore } = await import('@hubsync/core')
  const portal = await openPortal(session, loaded)
  const described = await portal
    .describe({ objects: objects.length > 0 ? objects : 'all' })
    .finally(() => portal.close())
  const asked = described.objects.filter(({ isAsked }) => isAsked)
  const { config } = loaded
  return createSync(loaded, {
    apiVersion: config.apiVersion,
    limits: config.limits,
    requestTimeout: config.requestTimeout,
    accessToken: tokenOf(session, loaded),
    client: through(baseUrlOf(session, loaded) ?? 'https://api.hubapi.com'),
    objects: asked.map(({ definition }) => definition.extend({ properties: 'all' })),
    reference: true,
    store: memoryStore(),
  })
}

/** The whole mirror, or undefined without a token. */
export async function openSyncWithToken(
  session: Session,
  flags: MirrorFlags,
): Promise<HubspotSync | undefined> {
  const loaded = await loadConfig(session.surroundings.cwd, flags.config)
  const accessToken = tokenOf(session, loaded)
  return accessToken === undefined ? undefined : syncOf(session, flags, loaded, accessToken)
}

/** The mirror for work that asks HubSpot nothing. It needs no token. */
export async function openSyncOffline(session: Session, flags: MirrorFlags): Promise<HubspotSync> {
  const loaded = await loadConfig(session.surroundings.cwd, flags.config)
  const store = await openStore(session, flags, loaded.config)
  const client = { apiRequest: () => Promise.reject(new Error('HubSpot is not asked.')) }
  return createSync(loaded, { ...loaded.config, client, store })
}

function tokenOf(session: Session, { config }: LoadedConfig): AccessToken | undefined {
  const { HUBSPOT_ACCESS_TOKEN } = session.surroundings.env
  return HUBSPOT_ACCESS_TOKEN?.trim() || hiding(session, config.accessToken)
}

async function syncOf(
  session: Session,
  flags: MirrorFlags,
  loaded: LoadedConfig,
  accessToken: AccessToken,
): Promise<HubspotSync> {
  const { config } = loaded
  const baseUrl = baseUrlOf(session, loaded)
  const store = await openStore(session, flags, config)
  return createSync(loaded, { ...config, accessToken, baseUrl, store })
}

function baseUrlOf(session: Session, { config }: LoadedConfig): string | undefined {
  return session.surroundings.env.HUBSPOT_BASE_URL?.trim() || config.baseUrl
}

async function createSync(
  loaded: LoadedConfig,
  options: HubsyncConfig & { store: Store; client?: ApiRequester },
): Promise<HubspotSync> {
  const { createHubspotSync } = await import('@hubsync/core')
  return naming(loaded, 'createHubspotSync(…)', () =>
    createHubspotSync(options as HubspotSyncOptions<readonly ObjectDefinition[]>),
  )
}

/** Says where to get a token, and which scopes it needs for what the configuration mirrors. */
async function missingToken(session: Session, loaded: LoadedConfig): Promise<UsageError> {
  const { memoryStore, standardObjects } = await import('@hubsync/core')
  const options = { ...loaded.config, accessToken: 'none', store: memoryStore() }
  const mirror = await createSync(loaded, options)
  const any = [...standardObjects, { type: '2-1', properties: 'all' } as const]
  const objects = loaded.config.objects === 'all' ? any : mirror.objects
  const advice = await tokenAdvice({ objects, reference: loaded.config.reference })
  const expected = 'a HubSpot access token in HUBSPOT_ACCESS_TOKEN, in the environment or in .env'
  return new UsageError(
    `${expectedGot(expected, 'none')}\n${advice}\nTo try it without HubSpot: ${session.command} emulate`,
  )
}

/** The reads of the mirror. They need no token. */
export async function openReader(session: Session, flags: MirrorFlags): Promise<MirrorReader> {
  const { loaded, options } = await openReads(session, flags)
  const { createMirrorReader } = await import('@hubsync/core')
  return naming(loaded, 'createMirrorReader(…)', () => createMirrorReader(options))
}

/** The options of the reads. */
export async function openReads(session: Session, flags: MirrorFlags) {
  const loaded = await loadConfig(session.surroundings.cwd, flags.config)
  const { config } = loaded
  const { readerOptionNames } = await import('@hubsync/core')
  const options = {
    ...Object.fromEntries(readerOptionNames.map((name) => [name, config[name]])),
    store: await openStore(session, flags, config),
  }
  return { loaded, options: options as MirrorReaderOptions<readonly ObjectDefinition[]> }
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
  const say = (text: string) => session.say(text)
  const store = await storeFromUrl(chosen, { cwd, source, say })
  session.store = addressOf(chosen, cwd)
  return store
}

/** Hides every token of the configuration from now on. */
function hiding(session: Session, token: HubsyncConfig['accessToken']): AccessToken | undefined {
  if (typeof token === 'string') session.secrets.add(token)
  if (typeof token !== 'function') return token
  return async (request: TokenRequest) => {
    const given = await token(request)
    if (typeof given === 'string') session.secrets.add(given)
    return given
  }
}

/** Puts the name of the configuration into core's message, in place of the function's. */
function naming<T>({ file }: LoadedConfig, name: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (file === undefined || !(error instanceof Error)) throw error
    throw new UsageError(error.message.replace(name, file), { cause: error })
  }
}
