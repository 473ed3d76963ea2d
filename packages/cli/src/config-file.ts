/** The answers to the questions of `hubsync init`. */
export interface ConfigAnswers {
  store: string
  objects: readonly string[]
  properties: 'mapped' | 'all'
}

/** The objects that it offers: those that are called as HubSpot calls their types. */
export const offeredObjects: readonly string[] = [
  'contacts',
  'companies',
  'deals',
  'tickets',
  'leads',
  'products',
  'quotes',
  'orders',
  'invoices',
  'calls',
  'emails',
  'meetings',
  'notes',
  'tasks',
]

/** The text of a hubsync.config.ts with these answers. */
export function configFile({ store, objects, properties }: ConfigAnswers): string {
  const list = objects.map((name) =>
    properties === 'all' ? `${name}.extend({ properties: 'all' })` : name,
  )
  const historied = objects.includes('deals')
    ? "deals.extend({ history: ['stage', 'amount'] })"
    : `${objects[0]}.extend({ history: 'all' })`
  return `import { defineConfig } from '@hubsync/cli'
import { ${objects.toSorted().join(', ')} } from '@hubsync/core'

export default defineConfig({
  store: '${store.replaceAll(/[\\']/g, '\\$&')}',
  // With every value that properties had: ${historied}
  objects: [${list.join(', ')}],
})
`
}
