import {
  anyText,
  anything,
  type Check,
  either,
  fields,
  id,
  listOf,
  moment,
  namesTo,
  number,
  of,
  oneOf,
  text,
  yesOrNo,
} from '../control/input.js'
import { FIELD_TYPES } from '../property-entries.js'
import type { PortalSeed } from './seed.js'

const labelOrNone: Check = (value, place) => value === null || anyText(value, place)

const value = of(
  'a text, a number, true, false or null',
  (given) => given === null || ['string', 'number', 'boolean'].includes(typeof given),
)

const option = either(
  text,
  fields(
    { label: anyText, value: anyText, description: anyText, displayOrder: number, hidden: yesOrNo },
    'value',
  ),
)

const property = fields(
  {
    name: text,
    type: oneOf(Object.keys(FIELD_TYPES)),
    fieldType: text,
    label: anyText,
    description: anyText,
    groupName: text,
    options: listOf(option),
    calculated: yesOrNo,
    calculationFormula: anyText,
    hidden: yesOrNo,
    hasUniqueValue: yesOrNo,
    externalOptions: yesOrNo,
    referencedObjectType: text,
    hubspotDefined: yesOrNo,
    readOnly: yesOrNo,
    showCurrencySymbol: yesOrNo,
    displayOrder: number,
    formField: yesOrNo,
    dateDisplayHint: text,
    readOnlyOptions: yesOrNo,
    dataSensitivity: oneOf(['non_sensitive', 'sensitive', 'highly_sensitive']),
    sensitiveDataCategories: listOf(text),
  },
  'name',
  'type',
)

const schema = fields(
  {
    typeId: text,
    name: text,
    properties: listOf(property),
    associatedObjects: listOf(text),
    labels: fields({ singular: text, plural: text }),
    description: anyText,
    primaryDisplayProperty: text,
    secondaryDisplayProperties: listOf(text),
    requiredProperties: listOf(text),
    searchableProperties: listOf(text),
    allowsSensitiveProperties: yesOrNo,
  },
  'typeId',
  'name',
)

const category = oneOf(['HUBSPOT_DEFINED', 'USER_DEFINED', 'INTEGRATOR_DEFINED', 'WORK'])

const stage = fields(
  {
    id: text,
    label: text,
    displayOrder: number,
    metadata: namesTo(anyText),
    writePermissions: oneOf(['CRM_PERMISSIONS_ENFORCEMENT', 'READ_ONLY', 'INTERNAL_ONLY']),
  },
  'label',
)

const seed = fields({
  schemas: listOf(schema),
  properties: namesTo(listOf(property)),
  associationTypes: listOf(
    fields(
      {
        from: text,
        to: text,
        typeId: number,
        inverseTypeId: number,
        category,
        name: text,
        label: labelOrNone,
        inverseLabel: labelOrNone,
      },
      'from',
      'to',
    ),
  ),
  owners: listOf(
    fields({
      id,
      email: text,
      firstName: anyText,
      lastName: anyText,
      userId: number,
      type: oneOf(['PERSON', 'QUEUE']),
      archived: yesOrNo,
      teams: listOf(fields({ id, name: text, primary: yesOrNo }, 'id', 'name')),
    }),
  ),
  pipelines: namesTo(
    listOf(fields({ id: text, label: text, displayOrder: number, stages: listOf(stage) }, 'label')),
  ),
  records: namesTo(
    listOf(
      fields({
        id,
        createdAt: moment,
        updatedAt: moment,
        archived: yesOrNo,
        properties: namesTo(value),
      }),
    ),
  ),
  associations: listOf(
    fields(
      {
        from: text,
        fromId: id,
        to: text,
        toId: id,
        typeId: number,
        category,
        label: labelOrNone,
        primary: yesOrNo,
      },
      'from',
      'fromId',
      'to',
      'toId',
    ),
  ),
  lists: namesTo(
    listOf(
      fields(
        {
          name: text,
          kind: oneOf(['MANUAL', 'DYNAMIC', 'SNAPSHOT']),
          filterBranch: namesTo(anything),
          members: listOf(id),
        },
        'name',
      ),
    ),
  ),
})

/** Throws unless a value has the form of a seed. */
export function checkSeed(value: unknown): asserts value is PortalSeed {
  seed(value, '')
}
