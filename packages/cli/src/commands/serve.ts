import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Command } from 'commander'
import { durationOf } from '../durations.js'
import { untilInterrupted } from '../interruption.js'
import { type MirrorFlags, openReads, openSyncWithToken, withMirrorFlags } from '../open-mirror.js'
import type { Session } from '../session.js'
import { UsageError } from '../usage-error.js'
import { watchMirror } from '../watch-mirror.js'
import { wholeNumber } from '../whole-numbers.js'

interface ServeFlags extends MirrorFlags {
  port: number
  host: string
  basePath?: string
  watch?: number
}

export function serveCommand(program: Command, session: Session): void {
  const command = program
    .command('serve')
    .summary('serve the mirror over HTTP')
    .description(
      'Serves the mirror over HTTP until Ctrl-C: reads, the change feed, jobs to start, and their description at /api/docs. Without a HubSpot token it serves only reads. Set a bearer token of your choice in HUBSYNC_API_TOKEN: programs send it, and people sign in with it on the pages. Only /health needs none.',
    )
    .option('--port <number>', 'the port. 0: any free one', wholeNumber(0, 65_535), 3000)
    .option('--host <address>', 'the address to listen on. 0.0.0.0: all', '127.0.0.1')
    .option('--base-path <path>', 'the path where a proxy mounts it, such as /crm')
    .option(
      '--watch <interval>',
      'keep the mirror fresh, with a run every 5m or the like',
      durationOf,
    )
  withMirrorFlags(command).action((flags: ServeFlags) => serve(session, flags))
}

async function serve(session: Session, flags: ServeFlags): Promise<void> {
  const { port, host, basePath, json } = flags
  const auth = session.surroundings.env.HUBSYNC_API_TOKEN?.trim()
  if (!auth)
    throw new UsageError(
      'Expected a bearer token of your choice in HUBSYNC_API_TOKEN. Programs send it, and people sign in with it.',
    )
  const { source, close } = await openSource(session, flags)
  try {
    const { createHttpHandler } = await import('@hubsync/http')
    const handler = createHttpHandler({ ...source, auth, ...(basePath ? { basePath } : {}) })
    const server = createServer(handler.listener)
    await once(server.listen(port, host), 'listening').catch((cause: Error) => {
      throw new UsageError(
        `Expected to listen at ${host}:${port}: ${cause.message}. Choose another --port, 0 for any free one.`,
      )
    })
    const url = addressOf(server.address() as AddressInfo, basePath)
    if (json) session.printJson({ url })
    else
      session.print(
        `Serving at ${url} until Ctrl-C. Sign in there with HUBSYNC_API_TOKEN. Routes: ${url}/api/docs`,
      )
    const stop = new AbortController()
    const watching = watched(session, source, flags, stop.signal)
    await Promise.race([untilInterrupted(session), watching]).catch(() => {})
    stop.abort()
    server.close()
    await handler.close()
    server.closeAllConnections()
    // What has ended it, if Ctrl-C hasn't.
    await watching
  } finally {
    await close()
  }
}

/** Keeps the mirror fresh until the signal, or an error that waiting doesn't heal, ends that. */
async function watched(
  session: Session,
  source: Awaited<ReturnType<typeof openSource>>['source'],
  { watch: every, json }: ServeFlags,
  signal: AbortSignal,
): Promise<void> {
  if (every === undefined || !('sync' in source)) await once(signal, 'abort')
  else await watchMirror(session, source.sync, { every, ...(json ? { json } : {}) }, signal)
}

/** The whole mirror with a token, only its reads without one. */
async function openSource(session: Session, flags: ServeFlags) {
  const sync = await openSyncWithToken(session, flags)
  if (sync) return { source: { sync }, close: () => sync.close() }
  session.say('HUBSPOT_ACCESS_TOKEN is not set: only reads are served, and no jobs.')
  const { options } = await openReads(session, flags)
  return { source: options, close: () => options.store.close() }
}

/** An address that can be opened. A server that listens on all addresses can be opened as this machine. */
function addressOf({ address, port }: AddressInfo, basePath = ''): string {
  const isAll = address === '0.0.0.0' || address === '::'
  const host = isAll ? 'localhost' : address.includes(':') ? `[${address}]` : address
  return `http://${host}:${port}${basePath.replace(/\/$/, '')}`
}
