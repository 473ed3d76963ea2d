import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Command } from 'commander'
import { untilInterrupted } from '../interruption.js'
import { type MirrorFlags, openReads, openSyncWithToken, withMirrorFlags } from '../open-mirror.js'
import type { Session } from '../session.js'
import { UsageError } from '../usage-error.js'
import { wholeNumber } from '../whole-numbers.js'

interface ServeFlags extends MirrorFlags {
  port: number
  host: string
  basePath?: string
}

export function serveCommand(program: Command, session: Session): void {
  const command = program
    .command('serve')
    .summary('serve the mirror over HTTP')
    .description(
      'Serves the mirror over HTTP until Ctrl-C: reads, jobs to start, the change feed and their description at /api/docs; without a token of HubSpot reads alone. The bearer token that everything but /health asks for is read from HUBSYNC_API_TOKEN.',
    )
    .option('--port <number>', 'the port; 0 for any that is free', wholeNumber(0, 65_535), 3000)
    .option('--host <address>', 'the address to listen at; 0.0.0.0 for all', '127.0.0.1')
    .option('--base-path <path>', 'the path that it is mounted at, such as /crm')
  withMirrorFlags(command).action((flags: ServeFlags) => serve(session, flags))
}

async function serve(session: Session, flags: ServeFlags): Promise<void> {
  const { port, host, basePath, json } = flags
  const auth = session.surroundings.env.HUBSYNC_API_TOKEN?.trim()
  if (!auth)
    throw new UsageError(
      'Expected a bearer token of your choice in the environment variable HUBSYNC_API_TOKEN: without one, everything but /health would be refused.',
    )
  const { source, close } = await openSource(session, flags)
  try {
    const { createHttpHandler } = await import('@hubsync/http')
    const handler = createHttpHandler({ ...source, auth, ...(basePath ? { basePath } : {}) })
    const server = createServer(handler.listener)
    await once(server.listen(port, host), 'listening').catch((cause: Error) => {
      throw new UsageError(`Expected to listen at ${host}:${port}: ${cause.message}.`)
    })
    const url = addressOf(server.address() as AddressInfo, basePath)
    if (json) session.printJson({ url })
    else session.print(`Serving at ${url} until Ctrl-C. What there is: ${url}/api/docs`)
    await untilInterrupted(session)
    server.close()
    await handler.close()
    server.closeAllConnections()
  } finally {
    await close()
  }
}

/** The mirror with its jobs where there is a token, its reads alone where there is none. */
async function openSource(session: Session, flags: MirrorFlags) {
  const sync = await openSyncWithToken(session, flags)
  if (sync) return { source: { sync }, close: () => sync.close() }
  session.say('Without a token in HUBSPOT_ACCESS_TOKEN no jobs can be started here: reads alone.')
  const { options } = await openReads(session, flags)
  return { source: options, close: () => options.store.close() }
}

function addressOf({ address, port }: AddressInfo, basePath = ''): string {
  const host = address.includes(':') ? `[${address}]` : address
  return `http://${host}:${port}${basePath.replace(/\/$/, '')}`
}
