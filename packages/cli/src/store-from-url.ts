import { resolve } from 'node:path'
import type { Store } from '@hubsync/core'
import { expectedGot } from '@hubsync/core/store'
import { UsageError } from './usage-error.js'

/**
 * Makes the store that `sqlite:FILE` or `postgres://…` names. Only the adapter is loaded: nothing is opened yet.
 *
 * @param source - where the URL was given, for the message.
 * @param say - tells the user what to know about it.
 */
export async function storeFromUrl(
  url: string,
  { cwd, source, say }: { cwd: string; source: string; say(text: string): void },
): Promise<Store> {
  const [, scheme = '', rest = ''] = /^(\w+):(.*)$/s.exec(url) ?? []
  if (scheme === 'sqlite' && rest !== '' && !rest.startsWith('//')) {
    const { sqliteStore, workingDriver } = await import('@hubsync/adapter-sqlite')
    const { driver, broken } = await workingDriver()
    if (broken) say(`${broken.message}\nGoing on with ${driver}.`)
    return sqliteStore({ file: resolve(cwd, rest), driver })
  }
  if (['postgres', 'postgresql'].includes(scheme) && /^\/\/./.test(rest)) {
    // Otherwise a part of the password would be taken for the host, and shown in the error.
    if (/^[^?]*@[^?]*@/.test(rest))
      throw new UsageError(
        expectedGot(
          `the user and the password in ${source} to be percent-encoded`,
          'an @ in one of them',
          'Write it as %40.',
        ),
      )
    const { postgresStore } = await import('@hubsync/adapter-postgres')
    return postgresStore({ connectionString: url })
  }
  // Only the scheme is shown: the rest may have a password.
  const got =
    url === 'sqlite:'
      ? '"sqlite:" without a file name'
      : scheme === ''
        ? 'something without a scheme'
        : `"${scheme}:…"`
  throw new UsageError(
    expectedGot(
      `${source} to be sqlite:FILE, such as sqlite:hubspot.db, or postgres://user:password@host:5432/database`,
      got,
    ),
  )
}

/** The address of a store for messages: the full path of a file, and no password. */
export function addressOf(url: string, cwd: string): string {
  const [, file] = /^sqlite:(.+)$/s.exec(url) ?? []
  if (file !== undefined) return `sqlite:${resolve(cwd, file)}`
  // pg accepts texts that are no URL. Nobody knows which part of them is a password.
  if (!URL.canParse(url)) return 'postgres://…'
  const shown = new URL(url)
  shown.password = ''
  for (const name of ['password', 'sslpassword']) shown.searchParams.delete(name)
  return shown.href
}
