import { describe, expect, test } from 'vitest'
import type { AssociationEdge } from '../../src/model.js'
import { type EdgesPlan, newEdges, planEdges } from '../../src/store/plan-edges.js'
import { edge } from '../support/planned-rows.js'

const nothing: EdgesPlan = { added: [], relabelled: [], removed: [], unlinked: 0 }

describe.each<
  [what: string, wanted: AssociationEdge[], stored: AssociationEdge[], plan: Partial<EdgesPlan>]
>([
  ['is new', [edge('7')], [], { added: [edge('7')] }],
  ['is there', [edge('7')], [edge('7')], {}],
  ['is gone', [], [edge('7')], { removed: [edge('7')] }],
  ['has another label', [edge('7', 1, 'new')], [edge('7')], { relabelled: [edge('7', 1, 'new')] }],
  [
    'has another type',
    [edge('7', 2)],
    [edge('7')],
    { added: [edge('7', 2)], removed: [edge('7')] },
  ],
  [
    'is of another category',
    [{ ...edge('7'), category: 'USER_DEFINED' }],
    [edge('7')],
    {
      added: [{ ...edge('7'), category: 'USER_DEFINED' }],
      removed: [edge('7')],
    },
  ],
  ['comes twice', [edge('7'), edge('7', 1, 'later')], [], { added: [edge('7', 1, 'later')] }],
  ['has no other end here', [edge('8')], [], { unlinked: 1 }],
])('an association that %s', (_, wanted, stored, plan) => {
  test('is planned so', () => {
    expect(planEdges(wanted, stored, (toId) => toId === '7')).toEqual({ ...nothing, ...plan })
  })
})

test('whether the ends are here is asked of new associations alone', () => {
  const asked: string[] = []
  planEdges([edge('7'), edge('8')], [edge('7')], (toId) => asked.push(toId) > 0)
  expect(asked).toEqual(['8'])
  expect(newEdges([edge('7'), edge('8')], [edge('7')])).toEqual([edge('8')])
})
