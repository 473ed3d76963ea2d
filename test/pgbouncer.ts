import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  folderOpenTo,
  freePort,
  type PostgresServer,
  serverUser,
  untilLogged,
} from './postgres-server.js'

/** The number of connections to the server that its clients share. */
export const POOLED = 3

/**
 * Starts PgBouncer in transaction mode before a database, on a free port of this machine.
 *
 * @param program - its path, such as `/usr/sbin/pgbouncer`.
 */
export async function startPgbouncer(
  program: string,
  databaseUrl: string,
): Promise<PostgresServer> {
  const owner = serverUser()
  const folder = mkdtempSync(join(folderOpenTo(owner), 'hubsync-pgbouncer-'))
  const { hostname, port: serverPort, username, password } = new URL(databaseUrl)
  const port = await freePort()
  const users = join(folder, 'users.txt')
  const settings = join(folder, 'pgbouncer.ini')
  writeFileSync(users, `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`)
  writeFileSync(
    settings,
    `[databases]
* = host=${hostname} port=${serverPort || 5432}
[pgbouncer]
pool_mode = transaction
default_pool_size = ${POOLED}
max_client_conn = 200
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
`,
  )
  for (const path of [folder, users, settings]) if (owner) chownSync(path, owner.uid, owner.gid)
  const pooler = spawn(program, [settings], {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(pooler, 'exit')
  await untilLogged(pooler.stderr, 'process up')
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${port}`
  return {
    url: url.href,
    async stop() {
      pooler.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
