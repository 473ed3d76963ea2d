import type { Crm } from '../crm.js'
import type { ObjectTable } from '../object-table.js'
import { parseId } from '../record-ids.js'
import { conflict, invalid, type Refusal } from '../replies.js'
import type { StoredRecord } from '../stored-record.js'
import { fieldsOf, textOf } from './bodies.js'
import { choicesOf } from './choices.js'
import { checkValue } from './values.js'

/** Values in the form in which they are stored. Empty text clears a property. */
export type CheckedValues = Readonly<Record<string, string>>

interface Issue {
  readonly name: string
  readonly code: string
  readonly why: string
}

/** 400 with every value that can't be written. Source: several issue trackers; HubSpot changelog. */
function invalidValues(portalId: number, issues: readonly Issue[]): Refusal {
  const results = issues.map(({ name, code, why }) => ({
    isValid: false,
    message: why,
    error: code,
    name,
    localizedErrorMessage: why,
    portalId,
  }))
  return invalid(`Property values were not valid: ${JSON.stringify(results)}`, {
    errors: issues.map(({ name, code, why }) => ({
      message: why,
      code,
      context: { propertyName: [name] },
    })),
  })
}

/**
 * Checks the values of a call against the definitions: whether there is such a property, whether it can be written, and
 * whether this can be its value. `record` is the record that they change, if it isn't a new one.
 */
export function checkValues(
  { crm, portalId }: { crm: Crm; portalId: number },
  table: ObjectTable,
  given: unknown,
  record?: StoredRecord,
): CheckedValues {
  const issues: Issue[] = []
  const values: Record<string, string> = {}
  for (const [name, raw] of Object.entries(fieldsOf(given))) {
    const text = raw === null ? '' : textOf(raw)
    const property = table.properties.get(name)
    if (!property) {
      const why = `Property "${name}" does not exist`
      issues.push({ name, code: 'PROPERTY_DOESNT_EXIST', why })
    } else if (property.readOnly) {
      const why = `"${name}" is a read only property; its value cannot be set.`
      issues.push({ name, code: 'READ_ONLY_VALUE', why })
    } else {
      const checked = checkValue(property, text, {
        before: record?.properties[name] ?? '',
        choices: choicesOf(crm, table.type, property),
        isOwner: (id) => crm.owners.find(id, 'id', false) !== undefined,
      })
      if ('value' in checked) values[name] = checked.value
      else issues.push({ name, ...checked })
    }
  }
  const stage = stageIssue(crm, table, { ...record?.properties, ...values })
  if (stage && issues.length === 0) issues.push(stage)
  if (issues.length > 0) throw invalidValues(portalId, issues)
  return values
}

/** A stage belongs to the pipeline of its record. */
function stageIssue(
  { pipelines }: Crm,
  { type }: ObjectTable,
  values: CheckedValues,
): Issue | undefined {
  const { pipelineProperty, stageProperty } = type
  if (!pipelineProperty || !stageProperty || stageProperty === 'lifecyclestage') return undefined
  const [pipeline, stage] = [values[pipelineProperty], values[stageProperty]]
  if (!pipeline || !stage) return undefined
  const stages = pipelines.of(type).find(({ id }) => id === pipeline)?.stages ?? []
  if (stages.length === 0 || stages.some(({ id }) => id === stage)) return undefined
  const why = `${stage} was not one of the allowed options: [${stages.map(({ id }) => id).join(', ')}]`
  return { name: stageProperty, code: 'INVALID_OPTION', why }
}

/** The values of a new record with the pipeline of its stage, if it names the stage alone. */
export function withPipeline(
  { pipelines }: Crm,
  { type }: ObjectTable,
  values: CheckedValues,
): CheckedValues {
  const { pipelineProperty, stageProperty } = type
  if (!pipelineProperty || !stageProperty || stageProperty === 'lifecyclestage') return values
  const stage = values[stageProperty]
  if (!stage || values[pipelineProperty]) return values
  const pipeline = pipelines.of(type).find(({ stages }) => stages.some(({ id }) => id === stage))
  return pipeline ? { ...values, [pipelineProperty]: pipeline.id } : values
}

/** Throws if a new record lacks what its type requires. Source: several issue trackers. */
export function requireProperties(crm: Crm, { type }: ObjectTable, values: CheckedValues): void {
  const required = type.standard
    ? (type.standard.required ?? [])
    : (crm.customObjects.of(type).requiredProperties ?? [])
  const missing = required.filter((name) => !values[name])
  if (missing.length === 0) return
  const kind = type.standard ? type.singular.toUpperCase() : type.typeId
  throw invalid(`Error creating ${kind}. Some required properties were not set.`, {
    context: { properties: missing },
  })
}

/** The values of unique properties that a batch has used so far. */
export type Claims = Set<string>

/**
 * Throws if another record has a value that must be unique, or another input of the same batch. A contact's e-mail
 * address is refused in a way of its own. Source: several issue trackers.
 */
export function requireUnique(
  { crm, portalId }: { crm: Crm; portalId: number },
  table: ObjectTable,
  values: CheckedValues,
  record: StoredRecord | undefined,
  claims: Claims,
): void {
  for (const [name, value] of uniqueOnes(table, values)) {
    const other = table.unique.find(name, value)
    if (other && other !== record)
      throw taken({ crm, portalId }, table, { name, value, record, other })
    const claim = `${name}=${value.toLowerCase()}`
    if (claims.has(claim))
      throw invalid(`Duplicate values found in batch input for property ${name}: [${value}]`)
    claims.add(claim)
  }
}

/** The values that must be unique. A contact's further e-mail addresses count as its first does. */
function uniqueOnes({ properties }: ObjectTable, values: CheckedValues): [string, string][] {
  return Object.entries(values)
    .filter(([name]) => properties.get(name)?.hasUniqueValue)
    .flatMap(([name, value]): [string, string][] =>
      name === 'hs_additional_emails'
        ? value.split(';').map((one) => ['email', one])
        : [[name, value]],
    )
    .filter(([, value]) => value !== '')
}

function taken(
  { crm, portalId }: { crm: Crm; portalId: number },
  table: ObjectTable,
  claim: { name: string; value: string; record: StoredRecord | undefined; other: StoredRecord },
): Refusal {
  const { name, value, record, other } = claim
  if (name === 'email') return conflict(`Contact already exists. Existing ID: ${other.id}`)
  const coordinates = `portalId=${portalId}, objectTypeId=${table.type.typeId}, propertyName=${name}, value=${value}`
  // A new record has its id by then, which no other gets.
  const own = record?.id ?? crm.nextId(table)
  return invalid(
    `Cannot set PropertyValueCoordinates{${coordinates}} on ${own}. ${other.id} already has that value.`,
  )
}

/** The active record that an id names: its own id, or with `idProperty` the value of a unique property. */
export function recordOf(
  table: ObjectTable,
  id: string,
  idProperty: string | undefined,
  options: { merged: boolean },
): StoredRecord | undefined {
  if (idProperty !== undefined && idProperty !== 'hs_object_id') {
    requireUniqueProperty(table, idProperty)
    return table.unique.find(idProperty, id)
  }
  const number = parseId(id)
  if (number === undefined) return undefined
  const record = options.merged ? table.records.find(number, false) : table.records.get(number)
  return record?.archivedAt === undefined ? record : undefined
}

/** Throws unless records can be named by a property. Source: several issue trackers. */
export function requireUniqueProperty({ type, properties }: ObjectTable, name: string): void {
  if (properties.get(name)?.hasUniqueValue) return
  throw invalid(`Unable to perform update/upsert by non-unique ${type.typeId} property ${name}`)
}
