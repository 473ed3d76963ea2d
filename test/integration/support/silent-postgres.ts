import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { inject, onTestFinished } from 'vitest'

/** What is lost once the proxy has fallen silent: what is sent to the server as well, or its replies alone. */
export type Loss = 'everything' | 'replies'

/**
 * A proxy in front of the test's Postgres that stops forwarding when it is told to. Its connections stay open, as those of one whose
 * network is gone: neither side hears of it.
 */
export async function silentPostgres() {
  const { hostname, port } = new URL(inject('databaseUrl'))
  const clients = new Set<Socket>()
  const servers = new Set<Socket>()
  /** The connections that something was lost on: the end at the client by that at the server. */
  const lost = new Map<Socket, Socket>()
  let silence: { after: string; loss: Loss; fallen: () => void } | undefined
  let isSilent = false
  /** What becomes of connections made before the process was frozen, as soon as they are used. */
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
    /** Falls silent with the COMMIT of the transaction that has this text in it, and resolves then. */
    fallSilent(after: string, loss: Loss = 'everything'): Promise<void> {
      const fallen = Promise.withResolvers<void>()
      silence = { after, loss, fallen: fallen.resolve }
      return fallen.promise
    },
    /**
     * Forwards again what comes, but on connections that something was lost on. The server hears that these are gone, as by its own
     * keep-alive after a while; the client doesn't.
     */
    recover() {
      isSilent = false
      silence = undefined
      for (const server of lost.keys()) server.destroy()
    },
    /**
     * Does what a firewall does to a process that was frozen, as a serverless function is between two requests: it forgets the
     * connections, and says so at the first packet, or never. Resolves with that packet.
     */
    forget(fate: 'reset' | 'silence'): Promise<void> {
      for (const client of clients) frozen.set(client, fate)
      return firstLost.promise
    },
    /** Ends all connections. */
    end,
    /** Resolves when no client has a connection open. */
    left: () => closed(clients),
    /** The clients' ends of the connections that something was lost on so far. */
    lost() {
      const ends = [...lost.values()]
      return { left: () => closed(ends) }
    },
  }
}

async function closed(sockets: Iterable<Socket>): Promise<void> {
  for (const socket of [...sockets]) if (!socket.closed) await once(socket, 'close')
}
