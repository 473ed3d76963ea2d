import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * A HubSpot on a port that answers whose token this is and then nothing: it hangs, or sends a byte now and then. It
 * isn't an emulated one, because only its sockets matter.
 */
export async function silentHubspot(kind: 'hang' | 'drip') {
  const sockets: Socket[] = []
  const first = Promise.withResolvers<IncomingMessage>()
  const server = createServer((request, response) => {
    if (request.url?.includes('account-info')) {
      response.setHeader('content-type', 'application/json').end('{"portalId":147000001}')
      return
    }
    sockets.push(request.socket)
    first.resolve(request)
    if (kind === 'hang') return
    response.writeHead(200, { 'content-type': 'application/json' })
    const drip = setInterval(() => response.write(' '), 5)
    response.once('close', () => clearInterval(drip))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Resolves when a call has arrived that won't be answered. */
    called: first.promise,
    /** Resolves when the other end has closed every connection of such a call. */
    async let() {
      await Promise.all(
        sockets.map(
          (socket) =>
            new Promise((done) => (socket.destroyed ? done(null) : socket.once('close', done))),
        ),
      )
    },
  }
}
