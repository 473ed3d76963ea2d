const assert = require('node:assert/strict')

const { createHubspotSync, memoryStore } = require('@hubsync/core')
const { lookupsOf } = require('@hubsync/core/store')
const { sqliteStore } = require('@hubsync/adapter-sqlite')
const { postgresStore } = require('@hubsync/adapter-postgres')
const { createPortal } = require('@hubsync/emulator')
const { createHttpHandler } = require('@hubsync/http')
const { defineConfig } = require('@hubsync/cli')

for (const each of [
  sqliteStore,
  postgresStore,
  createPortal,
  createHttpHandler,
  defineConfig,
  lookupsOf,
])
  assert.equal(typeof each, 'function')
const sync = createHubspotSync({ accessToken: 'none', store: memoryStore() })
assert.deepEqual(
  sync.objects.map(({ name }) => name),
  ['contacts', 'companies', 'deals'],
)
sync.close()
