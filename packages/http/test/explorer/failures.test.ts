import type { Store } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import { expect, test } from 'vitest'
import { createOwnersWorld } from '../support/owners-world.js'
import { visitor } from '../support/visitor.js'

const secret = 'postgres://admin:s3cret@db.internal:5432/crm'

/** A store of which one read fails, as a database does that names itself. */
function failing(store: Store, method: keyof Store): Store {
  return new Proxy(store, {
    get: (target, name) =>
      name === method
        ? () => Promise.reject(new Error(`could not connect to ${secret}`))
        : Reflect.get(target, name),
  })
}

test.each(['list', 'get', 'related', 'changes', 'reference', 'tombstone', 'portals'] as const)(
  'a store whose %s fails is told on a page, without a word of the error and with no record',
  async (method) => {
    const { database, ids, ada } = await createOwnersWorld()
    const store = failing(database.store(), method)
    const handler = createHttpHandler({ store, auth: 'all' })
    const browser = visitor(handler)
    await browser.signIn('all')
    const contact = ids.contacts[0]
    let failed = 0
    for (const path of [
      '',
      '/contacts',
      '/contacts/csv',
      `/contacts/${contact}`,
      '/contacts/1',
      `/contacts/${contact}/companies`,
      `/contacts/${contact}/changes`,
      '/owners',
      `/owners/${ada}`,
      `/owners/${ada}/teams`,
    ]) {
      const { status, text, headers } = await browser.open(`/explorer${path}`)
      expect([path, text.includes('s3cret'), text.includes('db.internal')]).toEqual([
        path,
        false,
        false,
      ])
      if (status < 500) continue
      failed++
      expect([path, headers.get('cache-control')]).toEqual([path, 'no-store'])
      expect(text).toContain('<h1>')
      expect(text).not.toContain('person.0')
    }
    expect(failed).toBeGreaterThan(0)
    await handler.close()
  },
)
