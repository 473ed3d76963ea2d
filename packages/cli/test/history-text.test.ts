import { expect, test } from 'vitest'
import { historyNotes } from '../src/history-text.js'

const report = {
  added: 9,
  gaps: 0,
  gapExamples: [],
  filled: 0,
  tied: 0,
  undated: 0,
  unsettled: 0,
  unsettledExamples: [],
}

test('gaps and unsettled histories are told also where none of them is named', () => {
  const notes = historyNotes('deals', { ...report, gaps: 2, unsettled: 1 })
  expect(notes).toEqual([
    'deals: 2 gaps in histories, because HubSpot had dropped values already',
    "deals: of 1 history the newest entry isn't the value of the property",
  ])
})

test('a history without doubts has no notes', () => {
  expect(historyNotes('deals', report)).toEqual([])
})
