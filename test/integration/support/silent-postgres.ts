import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { inject, onTestFinished } from 'vitest'

/** What is lost after the proxy has fallen silent: everything, or only the server's replies. */
export type Loss = 'everything' | 'replies'

/**
 * A proxy in front of the test's Postgres that stops forwarding when it is told to. Its connections stay open, as if
 * the network were gone: neither side notices.
 */
export async function silentPostgres() {
  const { hostname, port } = new URL(inject('databaseUrl'))
  const clients = new Set<Socket>()
  const servers = new Set<Socket>()
  /** The connections on which something was lost: the client's end by the server's. */
  const lost = new Map<Socket, Socket>()
  let silence: { after: string; loss: Loss; fallen: () => void } | undefined
  let isSilent = false
  /** What happens to the connections of a frozen process when they are used again. */
  const firstLost = Promise.withResolvers<void>()
  const frozen = new Map<Socket, 'reset' | 'silence'>()

  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname)
    clients.add(client)
    servers.add(server)
    let isHeard = true
    let isAfter = false
    client.on('data', (chunk) => {
      const fate = frozen.get(client)
      if (fate === 'reset') client.resetAndDestroy()
      if (fate) return firstLost.resolve()
      isAfter ||= silence !== undefined && chunk.includes(silence.after)
      const isFirst = isAfter && !isSilent && chunk.includes('COMMIT')
      if (isFirst) isSilent = true
      if (isSilent) {
        lost.set(server, client)
        isHeard = silence?.loss === 'replies'
      }
      if (isHeard) server.write(chunk)
      if (isFirst) silence?.fallen()
    })
    server.on('data', (chunk) => {
      if (!lost.has(server)) client.write(chunk)
    })
    client.once('close', () => {
      clients.delete(client)
      if (!lost.has(server)) server.destroy()
    })
    server.once('close', () => {
      servers.delete(server)
      if (!lost.has(server)) client.destroy()
    })
    for (const socket of [client, server]) socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const url = new URL(inject('databaseUrl'))
  url.hostname = '127.0.0.1'
  url.port = String((proxy.address() as AddressInfo).port)

  const end = () => {
    for (const socket of [...clients, ...servers]) socket.destroy()
    proxy.close()
  }
  onTestFinished(end)

  return {
    url: url.href,
    /** Falls silent at the COMMIT of the transaction that contains this text. Resolves then. */
    fallSilent(after: string, loss: Loss = 'everything'): Promise<void> {
      const fallen = Promise.withResolvers<void>()
      silence = { after, loss, fallen: fallen.resolve }
      return fallen.promise
    },
    /**
     * Forwards again, except on connections on which something was lost. The server learns that these are gone, as by
     * its own keep-alive after a while; the client doesn't.
     */
    recover() {
      isSilent = false
      silence = undefined
      for (const server of lost.keys()) server.destroy()
    },
    /**
     * Does what a firewall does to a frozen process, such as a serverless function between two requests: it forgets the
     * connections, and reports that at the first packet, or never. Resolves with that packet.
     */
    forget(fate: 'reset' | 'silence'): Promise<void> {
      for (const client of clients) frozen.set(client, fate)
      return firstLost.promise
    },
    /** Ends all connections. */
    end,
    /** Resolves when no client has a connection open. */
    left: () => closed(clients),
    /** The clients' ends of the connections on which something was lost so far. */
    lost() {
      const ends = [...lost.values()]
      return { left: () => closed(ends) }
    },
  }
}

async function closed(sockets: Iterable<Socket>): Promise<void> {
  for (const socket of [...sockets]) if (!socket.closed) await once(socket, 'close')
}
