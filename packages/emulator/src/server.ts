import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CONTROL, type Control, type ControlReply } from './control/call.js'
import type { ControlCallers } from './control/guard.js'
import type { IncomingRequest, Outcome } from './request-handler.js'

/** Where {@link Portal.listen} listens. */
export interface ListenOptions {
  /** The port; 0 for any free one. @defaultValue 0 */
  port?: number
  /** The address to listen on. @defaultValue '127.0.0.1', which only this machine can reach */
  host?: string
  /**
   * Who may drive the portal with `/_emulator/`: callers on this machine that no proxy passes on and that are no web
   * page; `'anyone'` who reaches the port, as a container needs it; or `'nobody'`. @defaultValue 'loopback'
   *
   */
  control?: ControlCallers
}

/** A portal on a port. */
export interface PortalServer {
  /** `http://127.0.0.1:…`, the base URL for clients. */
  readonly url: string
  /** The port that it listens on. */
  readonly port: number
  /** Closes the port and all connections. */
  close(): Promise<void>
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function send(outcome: Outcome, response: ServerResponse): void {
  if (outcome.kind === 'hang') return
  if (outcome.kind === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  if (outcome.status === 204) {
    response.writeHead(outcome.status, outcome.headers).end()
    return
  }
  const bytes = Buffer.from(outcome.text)
  response.writeHead(outcome.status, { ...outcome.headers, 'content-length': bytes.length })
  if (outcome.kind === 'reply') response.end(bytes)
  else response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.destroy())
}

function sendControl({ status, body }: ControlReply, response: ServerResponse): void {
  response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' })
  response.end(body === undefined ? undefined : `${JSON.stringify(body)}\n`)
}

/** Listens on a port, and answers HubSpot's paths and those that drive the portal. */
export async function listen(
  { port = 0, host = '127.0.0.1', control: callers = 'loopback' }: ListenOptions,
  handle: (request: IncomingRequest) => Promise<Outcome>,
  control: Control,
): Promise<PortalServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    try {
      const { method = 'GET', headers } = request
      const url = new URL(request.url ?? '/', `http://${headers.host ?? host}`)
      const body = await readBody(request)
      if (url.pathname === CONTROL || url.pathname.startsWith(`${CONTROL}/`)) {
        const origin = { address: request.socket.remoteAddress, headers }
        return sendControl(await control({ method, url, body, origin }, callers), response)
      }
      const { authorization, 'content-type': contentType } = headers
      const incoming = { method, url, authorization, contentType, body, signal: gone.signal }
      send(await handle(incoming), response)
    } catch (error) {
      // The caller has closed its connection while it was waiting, so the error can't be sent.
      if (gone.signal.aborted) return
      response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(`The emulator failed: ${error instanceof Error ? error.stack : String(error)}`)
    }
  }
  const server = createServer(
    // An idle connection that the server closes may be used by a client at the same moment.
    { maxHeaderSize: 65_536, keepAliveTimeout: 0 },
    (request, response) => void answer(request, response),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
