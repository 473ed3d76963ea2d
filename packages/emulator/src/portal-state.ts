import { Access } from './access.js'
import type { Account } from './account.js'
import { Bin } from './bin.js'
import type { Clock } from './clock.js'
import { Crm } from './crm.js'
import { addCustom } from './custom-catalogue.js'
import { Faults } from './faults.js'
import type { Call } from './journal.js'
import { latencyOf } from './latency.js'
import { Apps, type Grant, type PortalApps } from './oauth/apps.js'
import { dealSplitMethods } from './portal-deal-splits.js'
import { listMethods } from './portal-lists.js'
import type { PortalOptions } from './portal-options.js'
import { ownerMethods } from './portal-owners.js'
import { pipelineMethods } from './portal-pipelines.js'
import { propertyMethods } from './portal-properties.js'
import { recordMethods } from './portal-records.js'
import { schemaMethods } from './portal-schema.js'
import { truthMethods } from './portal-truth.js'
import { createRandom } from './random.js'
import { RateLimits } from './rate-limits.js'
import { RequestHandler } from './request-handler.js'
import { sampleMethods } from './sample-records.js'
import { seedMethods } from './seed/load-seed.js'

/** How many calls are kept if `journal` doesn't say. */
const ALL = Number.POSITIVE_INFINITY

/** All that a portal has and knows. A reset makes it anew. */
export type PortalState = ReturnType<typeof createState>

/** What a portal begins with. */
export function createState(
  options: PortalOptions,
  { account, clock, token }: { account: Account; clock: Clock; token: string },
) {
  const {
    seed = 1,
    latency = 0,
    app = 'private',
    idOrder = 'number',
    listOrder = 'ascending',
    lifecyclePipelines = 'single',
    journal = true,
  } = options
  const crm = new Crm({
    portalId: account.portalId,
    clock,
    seed,
    mergedInBin: options.mergedInBin ?? false,
    mergedHistory: options.mergedHistory ?? 'both',
    searchLag: options.searchLag || { min: 0, max: 0 },
    searchDisorder: options.searchDisorder,
  })
  if (options.custom) addCustom(crm, seed, options.custom)
  const bin = new Bin(crm)
  const access = new Access<Grant>()
  const apps = new Apps(access, createRandom(`apps ${seed}`))
  for (const one of [token, ...(options.tokens ?? [])]) access.add(one, { scopes: options.scopes })
  const faults = new Faults()
  let calls: Call[] = []
  const most = journal === true ? ALL : Number(journal)
  const handler = new RequestHandler({
    crm,
    bin,
    account,
    clock,
    access,
    apps,
    limits: new RateLimits(options.limits ?? {}, app, account),
    faults,
    random: createRandom(`replies ${seed}`),
    idOrder: typeof idOrder === 'string' ? { sort: idOrder, filter: idOrder } : idOrder,
    listOrder,
    lifecyclePipelines,
    associationPageSize: options.associationPageSize ?? 500,
    latency: (operation) => latencyOf(latency, operation),
    journal(call) {
      calls.push(call)
      if (calls.length > most) calls.shift()
    },
  })
  const records = recordMethods(crm, bin)
  const appMethods: PortalApps = {
    addApp: (app = {}) => apps.add(app),
    authorize: (clientId, given = {}) => apps.authorize(clientId, given, clock.now()),
  }
  const schema = schemaMethods(crm)
  const properties = propertyMethods(crm)
  const owners = ownerMethods(crm.owners)
  const pipelines = pipelineMethods(crm)
  const lists = listMethods(crm)
  return {
    crm,
    access,
    faults,
    handler,
    get calls() {
      return calls
    },
    clearCalls() {
      calls = []
    },
    methods: {
      ...appMethods,
      ...records,
      ...schema,
      ...properties,
      ...owners,
      ...pipelines,
      ...dealSplitMethods(crm),
      ...lists,
      ...sampleMethods(crm, seed),
      ...truthMethods(crm, bin, account),
      ...seedMethods(crm, {
        ...records,
        ...schema,
        ...properties,
        ...owners,
        ...pipelines,
        ...lists,
      }),
    },
  }
}
