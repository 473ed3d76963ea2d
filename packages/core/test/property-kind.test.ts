import { expect, test } from 'vitest'
import { parseDefinition } from '../src/extract/parse-catalogue.js'
import { kindOfProperty } from '../src/map/property-kind.js'

const yesOrNo = [{ value: 'true' }, { value: 'false' }]

test.each([
  [{ type: 'string', fieldType: 'text' }, 'text'],
  [{ type: 'string', fieldType: 'html' }, 'text'],
  [{ type: 'string', fieldType: 'text', name: 'email' }, 'email'],
  [{ type: 'string', fieldType: 'text', name: 'work_email' }, 'email'],
  [{ type: 'string', fieldType: 'text', name: 'email_note' }, 'text'],
  [{ type: 'string', fieldType: 'calculation_equation', name: 'hs_full_name_or_email' }, 'text'],
  [{ type: 'string', fieldType: 'phonenumber' }, 'phone'],
  [{ type: 'phone_number', fieldType: 'phonenumber' }, 'phone'],
  [{ type: 'number', fieldType: 'number' }, 'number'],
  [{ type: 'number', fieldType: 'calculation_rollup' }, 'number'],
  [{ type: 'number', fieldType: 'number', showCurrencySymbol: true }, 'decimal'],
  [{ type: 'number', fieldType: 'number', numberDisplayHint: 'currency' }, 'decimal'],
  [{ type: 'number', fieldType: 'text', name: 'hs_object_id' }, 'text'],
  [{ type: 'number', fieldType: 'number', name: 'hs_event_ids' }, 'text'],
  [{ type: 'number', fieldType: 'number', name: 'associatedcompanyid' }, 'text'],
  [{ type: 'number', fieldType: 'number', name: 'bid' }, 'number'],
  [{ type: 'bool', fieldType: 'booleancheckbox' }, 'boolean'],
  [{ type: 'enumeration', fieldType: 'booleancheckbox', options: yesOrNo }, 'boolean'],
  [{ type: 'enumeration', fieldType: 'booleancheckbox', options: [{ value: 'yes' }] }, 'text'],
  [{ type: 'enumeration', fieldType: 'booleancheckbox', options: [] }, 'text'],
  [{ type: 'enumeration', fieldType: 'select' }, 'text'],
  [{ type: 'enumeration', fieldType: 'radio' }, 'text'],
  [{ type: 'enumeration', fieldType: 'checkbox' }, 'list'],
  [{ type: 'date', fieldType: 'date' }, 'date'],
  [{ type: 'datetime', fieldType: 'date' }, 'datetime'],
  [{ type: 'object_coordinates', fieldType: 'text' }, 'text'],
  [{ type: 'json', fieldType: 'text' }, 'text'],
  [{ type: 'new in HubSpot', fieldType: 'text' }, 'text'],
  [{}, 'text'],
])('the values of %j fit into a column of kind %s', (given, kind) => {
  const property = parseDefinition({ name: 'any', ...given }, {})
  expect(property && kindOfProperty(property)).toBe(kind)
})
