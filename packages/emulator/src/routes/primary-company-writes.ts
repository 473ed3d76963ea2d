import { associate, dissociate } from '../associating.js'
import type { ObjectTable } from '../object-table.js'
import type { CheckedValues } from '../validation/records.js'
import { endOf } from './association-inputs.js'
import type { Context } from './route.js'

/**
 * What a written `associatedcompanyid` does: the company becomes the primary one of the contact. Source: two public
 * clients, which associate contacts so. That an empty value takes the primary company away is made up.
 */
export function planPrimaryCompany(
  context: Context,
  from: ObjectTable,
  { associatedcompanyid: value }: CheckedValues,
): (fromId: number) => void {
  const { crm } = context
  if (from.type.standard?.name !== 'contacts' || value === undefined) return () => {}
  const to = crm.named('companies')
  if (value !== '') {
    const toId = endOf(context, to, value)
    return (fromId) => associate(crm, { from, fromId, to, toId }, { label: 'Primary' })
  }
  return (fromId) => {
    for (const { toId, types } of [...crm.graph.of(from.type, fromId, to.type)])
      for (const { typeId, category, single } of types)
        if (single) dissociate(crm, { from, fromId, to, toId }, { typeId, category })
  }
}
