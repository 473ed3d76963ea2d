import { deals } from '@hubsync/core'
import { expect, test } from 'vitest'
import { expectHistory, historiedWorld } from './support/history.js'

/** More properties than a call of this portal may request. */
const many = Array.from({ length: 700 }, (_, at) => `a_property_with_a_long_name_${at}`)

test.each([0, 699])(
  'a record that is read in parts has the history that one of them brings: that of property %i',
  async (at) => {
    const property = many[at] as string
    const objects = [deals.extend({ history: [property], properties: many })]
    const { portal, run, store, ids, here } = await historiedWorld(3, { objects })
    for (const name of many) portal.defineProperty('deals', { name, label: name, type: 'string' })
    for (const id of ids) portal.update('deals', id, { [property]: `of ${id}` })
    const tooWide = { operation: 'batch-read', aboveProperties: 500, kind: 'error' } as const
    portal.fault({ ...tooWide, times: Number.POSITIVE_INFINITY })
    await run()
    await expectHistory(portal, store, 'deals', [property])
    for (const id of ids) expect(await here(id)).toMatchObject([{ value: `of ${id}` }])
  },
)
