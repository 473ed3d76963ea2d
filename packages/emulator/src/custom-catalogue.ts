import type { PropertyDefinition, PropertyType } from './catalogue/definition.js'
import { customWords } from './catalogue/sample-words.js'
import type { Crm } from './crm.js'
import type { CustomCatalogue } from './portal-variants.js'
import { createRandom, type Random } from './random.js'

const TYPES: readonly PropertyType[] = [
  'string',
  'enumeration',
  'number',
  'date',
  'datetime',
  'bool',
  'phone_number',
]
const PROPERTIES_OF_AN_OBJECT = 12
const FIRST_TYPE_ID = 41_000_001

/** Adds custom properties and objects to a portal, as many as are wanted, from the seed. */
export function addCustom(crm: Crm, seed: number | string, wanted: CustomCatalogue): void {
  const random = createRandom(`custom ${seed}`)
  const at = crm.clock.now()
  const tables = ['contacts', 'companies', 'deals'].map((name) => crm.named(name))
  for (let index = 0; index < (wanted.properties ?? 0); index++)
    tables[index % tables.length]!.properties.define(customProperty(random, index), at)
  for (let index = 0; index < (wanted.objects ?? 0); index++) addObject(crm, random, index)
}

function addObject(crm: Crm, random: Random, index: number): void {
  const { objects } = customWords
  const round = Math.floor(index / objects.length)
  const name = `${objects[index % objects.length]}${round === 0 ? '' : `_${round + 1}`}`
  const type = crm.types.defineCustom(`2-${FIRST_TYPE_ID + index * 1_117}`, name)
  const { properties } = crm.table(type)
  properties.define({ name: 'name', label: 'Name', type: 'string' }, crm.clock.now())
  for (let place = 1; place < PROPERTIES_OF_AN_OBJECT; place++)
    properties.define(customProperty(random, place - 1), crm.clock.now())
  for (const other of ['contacts', 'companies'])
    crm.associationTypes.define(type, crm.types.require(other), {})
}

function customProperty(random: Random, index: number): PropertyDefinition {
  const { subjects, qualities, choices } = customWords
  const type = random.pick(TYPES)
  const words: string[] = [random.pick(subjects), random.pick(qualities)]
  // Now and then a name is longer than a database lets a column be called.
  if (index % 50 === 49) words.push('as_agreed_with_the_department_of_finance_last_year')
  const name = `${words.join('_')}_${index + 1}`
  const label = `${words.join(' ')} ${index + 1}`
  return {
    name,
    label: label.charAt(0).toUpperCase() + label.slice(1),
    type,
    description: `How ${words[0]} is kept: ${words[1]}.`,
    ...(type === 'enumeration'
      ? { options: choices.map((choice) => ({ label: choice, value: choice.toLowerCase() })) }
      : {}),
  }
}
