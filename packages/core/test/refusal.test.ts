import { expect, test } from 'vitest'
import { readRefusal } from '../src/client/refusal.js'

test('of millions of scopes that a reply names, the first are looked at', () => {
  const requiredScopes = Array.from({ length: 30 }, (_, number) => `scope-${number}`)
  Object.defineProperty(requiredScopes, 20, {
    get() {
      throw new Error('Expected only the first scopes to be looked at.')
    },
  })
  const json = { category: 'MISSING_SCOPES', errors: [{ context: { requiredScopes } }] }
  const reply = { status: 403, headers: new Headers(), text: '', json }
  const refusal = readRefusal(reply, { method: 'GET', path: '/x', lane: 'burst' })
  expect(refusal.requiredScopes).toEqual(requiredScopes.slice(0, 20))
})
