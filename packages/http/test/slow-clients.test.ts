import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { createHttpHandler } from '@hubsync/http'
import { expect, onTestFinished, test } from 'vitest'
import { heldStore } from './support/held-store.js'
import { createWorld } from './support/world.js'

/** A connection to a handler with a `clientTimeout` of 50 ms, and the server's end of it. */
async function connected() {
  const { again, database } = await createWorld({ onPort: true })
  const hold = heldStore(database.store(), 'contacts')
  const sync = again({ store: hold.store })
  const handler = createHttpHandler({ sync, auth: 'all', clientTimeout: 50 })
  const server = createServer(handler.listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  const [accepted] = (await once(server, 'connection')) as [Socket]
  onTestFinished(async () => {
    hold.release()
    socket.destroy()
    server.close()
    await handler.close()
  })
  const send = (line: string, ...more: string[]) =>
    socket.write(
      `${[`${line} HTTP/1.1`, 'host: crm.example', 'authorization: Bearer all', ...more].join('\r\n')}\r\n\r\n`,
    )
  return { ...hold, socket, accepted, send }
}

test('a client that never ends its body is disconnected', async () => {
  const { socket, accepted, send } = await connected()
  send('POST /etl/hubspot/pets', 'transfer-encoding: chunked')
  socket.write('5\r\nhello\r\n')
  await once(accepted, 'close')
})

test.each(['GET', 'HEAD'])(
  'a client that never ends a body with %s is disconnected',
  async (method) => {
    const { socket, accepted, send } = await connected()
    socket.resume()
    send(`${method} /health`, 'transfer-encoding: chunked')
    Readable.from(endlessly('5\r\nhello\r\n')).pipe(socket)
    await once(accepted, 'close')
  },
)

function* endlessly(text: string) {
  for (;;) yield text
}

test('a client that announces a body above 1 MiB with GET is disconnected at once', async () => {
  const { socket, accepted, send } = await connected()
  send('GET /health', `content-length: ${1024 * 1024 + 1}`)
  const [[reply]] = await Promise.all([once(socket, 'data'), once(accepted, 'close')])
  expect(String(reply)).toMatch(/^HTTP\/1\.1 413 /)
})

test('a client that does not receive its reply is disconnected', async () => {
  const { socket, accepted, send } = await connected()
  socket.pause()
  // More than the buffers between client and server hold.
  for (let index = 0; index < 20; index++) send('GET /api/docs/swagger-ui-bundle.js')
  await once(accepted, 'close')
})

test('a client that waits for its job is not disconnected', async () => {
  const { socket, accepted, send, held, release } = await connected()
  send('POST /etl/hubspot/contacts?wait=true', 'content-length: 0')
  await Promise.all([once(accepted, 'timeout'), held])
  const reply = once(socket, 'data')
  release()
  expect(String((await reply)[0])).toMatch(/^HTTP\/1\.1 200/)
})

test('a client that follows an idle run is not disconnected', async () => {
  const { socket, accepted, send, held, release } = await connected()
  send('POST /etl/hubspot/contacts', 'content-length: 0')
  const [[started]] = await Promise.all([once(socket, 'data'), held])
  const [, location] = /location: (\S+)/.exec(String(started)) ?? []
  send(`GET ${location}`, 'accept: text/event-stream')
  await once(socket, 'data')
  await once(accepted, 'timeout')
  let told = ''
  const end = new Promise<void>((resolve) => {
    socket.on('close', () => resolve())
    socket.on('data', (piece) => {
      told += piece
      if (told.includes('event: end')) resolve()
    })
  })
  release()
  await end
  expect(told).toContain('event: end')
})
