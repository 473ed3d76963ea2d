/** The answers to the questions of `hubsync init`. */
export interface ConfigAnswers {
  store: string
  objects: readonly string[]
  properties: 'mapped' | 'all'
}

/** The objects that it offers. Those with a text aren't built in: the configuration defines them, with this text. */
export const offeredObjects: Record<string, string | undefined> = {
  contacts: undefined,
  companies: undefined,
  deals: undefined,
  tickets: `defineObject({
  type: 'tickets',
  columns: {
    subject: column.text('subject'),
    stage: column.text('hs_pipeline_stage'),
    ownerId: column.text('hubspot_owner_id'),
  },
})`,
  products: `defineObject({
  type: 'products',
  columns: { name: column.text('name'), sku: column.text('hs_sku'), price: column.decimal('price') },
})`,
}

/** The text of a hubsync.config.ts with these answers. */
export function configFile({ store, objects, properties }: ConfigAnswers): string {
  const own = objects.filter((name) => offeredObjects[name] !== undefined)
  const definitions = own.map((name) => `const ${name} = ${offeredObjects[name]}\n\n`).join('')
  const imports = [
    ...objects.filter((name) => !own.includes(name)),
    ...(own.length > 0 ? ['column', 'defineObject'] : []),
  ].sort()
  const list = objects.map((name) =>
    properties === 'all' ? `${name}.extend({ properties: 'all' })` : name,
  )
  return `import { defineConfig } from '@hubsync/cli'
import { ${imports.join(', ')} } from '@hubsync/core'

${definitions}export default defineConfig({
  store: '${store.replaceAll(/[\\']/g, '\\$&')}',
  objects: [${list.join(', ')}],
})
`
}
