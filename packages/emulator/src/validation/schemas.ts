import type { CustomObjectDetails } from '../custom-objects.js'
import { invalid } from '../replies.js'
import { type Fields, fieldsOf, optionalBoolean, optionalText, optionalTexts } from './bodies.js'

/** Source: observed by a public project on a live portal, October 2026. */
const LONGEST_NAME = 50
const MOST_SECONDARY = 2

/** Throws unless a custom object can have this name. */
export function requireObjectName(name: string): void {
  if (/^[a-z]\w*$/i.test(name) && name.length <= LONGEST_NAME) return
  throw invalid(
    `Object name ${name} must start with a letter, have letters, digits and underscores alone, and at most ${LONGEST_NAME} of them`,
  )
}

/** What a body says of a custom object besides its name. The properties that it names must be among `known`. */
export function detailsOf(body: Fields, known: readonly string[]): CustomObjectDetails {
  const details: CustomObjectDetails = {}
  if (body.labels !== undefined && body.labels !== null) {
    const given = fieldsOf(body.labels)
    const labels: { singular?: string; plural?: string } = {}
    const [singular, plural] = [optionalText(given, 'singular'), optionalText(given, 'plural')]
    if (singular !== undefined) labels.singular = singular
    if (plural !== undefined) labels.plural = plural
    for (const label of Object.values(labels))
      if (label.length > LONGEST_NAME)
        throw invalid(`Labels must have at most ${LONGEST_NAME} characters, but got ${label}`)
    details.labels = labels
  }
  const description = optionalText(body, 'description')
  if (description !== undefined) details.description = description
  if (optionalBoolean(body, 'clearDescription')) details.description = ''
  const primary = optionalText(body, 'primaryDisplayProperty')
  if (primary !== undefined) details.primaryDisplayProperty = primary
  const secondary = optionalTexts(body, 'secondaryDisplayProperties')
  if (secondary) details.secondaryDisplayProperties = secondary
  const required = optionalTexts(body, 'requiredProperties')
  if (required) details.requiredProperties = required
  const searchable = optionalTexts(body, 'searchableProperties')
  if (searchable) details.searchableProperties = searchable
  if (
    secondary &&
    (secondary.length > MOST_SECONDARY || new Set(secondary).size < secondary.length)
  )
    throw invalid(`At most ${MOST_SECONDARY} different secondaryDisplayProperties are allowed`)
  requireKnown([primary ?? [], secondary ?? [], required ?? [], searchable ?? []].flat(), known)
  return details
}

function requireKnown(named: readonly string[], known: readonly string[]): void {
  const unknown = named.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw invalid(`Properties do not exist: [${unknown.join(', ')}]`, {
      context: { properties: unknown },
    })
}
