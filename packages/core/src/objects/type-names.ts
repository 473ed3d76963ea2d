import { InvalidOptionError } from '../errors.js'
import { show, unexpected } from '../expected.js'
import { standardTypes } from './standard-types.js'

type StandardTypes = typeof standardTypes

/** Every name of a standard type, with its name here. */
type TypesByName = {
  [Type in keyof StandardTypes as Type | StandardTypes[Type]['names'][number]]: Type
}

/** The one name that a type has here, whatever name it was given by: `contacts` for `contact`, `Contacts` and `0-1`. */
export type CanonicalType<Given extends string> = Given extends string
  ? Lowercase<Given> extends keyof TypesByName
    ? TypesByName[Lowercase<Given>]
    : Given
  : never

/** Every name of a type: its name here, its singular and its type id. */
export type NameOfType<Type extends string> = Type extends keyof StandardTypes
  ? Type | StandardTypes[Type]['names'][number]
  : Type

const typesByName = new Map<string, string>(
  Object.entries(standardTypes).flatMap(([type, { names }]) =>
    [type, ...names].map((name) => [name, type] as const),
  ),
)

/** The one name that a type has here, at run time. An unknown name stays as it is. */
export function canonicalType(given: string): string {
  return typesByName.get(given.toLowerCase()) ?? given
}

/** What people call some types, with the name in HubSpot's paths. */
const calledOtherwise: Readonly<Record<string, string>> = {
  feedback: 'feedback_submissions',
  goal: 'goal_targets',
  goals: 'goal_targets',
  payment: 'commerce_payments',
  payments: 'commerce_payments',
}

/** Types that HubSpot has, but that can't be read by the object API (HubSpot's OpenAPI has no such operations). */
const readElsewhere = new Set([
  ...['marketing_events', 'marketing_event', '0-54', 'campaigns', 'campaign', '0-35'],
  ...['forecasts', 'forecast', 'deal_splits', 'deal_split'],
])

/**
 * The type that a definition means, by its one name here, and its type id if that is known. One type under two names
 * would be two objects, and HubSpot would be asked for changes of one of them by the wrong property.
 *
 * @throws `InvalidOptionError` that says what to write.
 */
export function typeNamed(
  given: unknown,
  givenId: string | undefined,
): { type: string; typeId: string | undefined } {
  if (typeof given !== 'string' || !/^([A-Za-z]\w*|\d+-\d+)$/.test(given))
    throw unexpected(
      '`type` to be a HubSpot object type such as "contacts" or "2-1234567"',
      given,
      didYouMean(given),
    )
  if (/^p\d*_/i.test(given))
    throw unexpected(
      '`type` of a custom object to be its type id, such as "2-1234567"',
      given,
      "HubSpot shows it in the address of the object's settings, and as `objectTypeId` in the answer of GET /crm-object-schemas/2026-03/schemas.",
    )
  if (readElsewhere.has(given.toLowerCase()))
    throw unexpected(
      "`type` to be a type that HubSpot's object API reads",
      given,
      'That one has an API of its own. Leave it out.',
    )
  const type = canonicalType(given)
  const meant = didYouMean(type)
  if (!typesByName.has(type) && meant !== undefined)
    throw unexpected('`type` to be a name that HubSpot has for it', given, meant)
  const known = typeIdOf(type)
  if (givenId === undefined) return { type, typeId: known }
  if (known !== undefined && known !== givenId)
    throw unexpected(`\`typeId\` of the type "${type}" to be "${known}"`, givenId, 'Leave it out.')
  const owner = canonicalType(givenId)
  if (known === undefined && owner !== givenId)
    throw new InvalidOptionError(
      `Expected \`typeId\` to be that of the type ${show(type)}, but ${show(givenId)} is that of ${show(owner)}. Give \`type: ${show(owner)}\`.`,
    )
  if (known === undefined && givenId.startsWith('2-'))
    throw unexpected(
      `\`type\` of a custom object to be its type id ${show(givenId)}`,
      given,
      'HubSpot takes other names for it only in some places. Give the word as `name`.',
    )
  return { type, typeId: givenId }
}

/** HubSpot's id of a type: the published one of a standard type, or the name if that is an id. */
export function typeIdOf(type: string): string | undefined {
  const isId = (name: string) => /^\d+-\d+$/.test(name)
  return isId(type)
    ? type
    : [...typesByName].find(([name, each]) => each === type && isId(name))?.[0]
}

/** Suggests HubSpot's spelling of a name: `line_items` for `lineItems` and `line-items`. */
function didYouMean(given: unknown): string | undefined {
  const letters = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')
  const text = String(given)
  const meant =
    calledOtherwise[text.toLowerCase()] ??
    [...typesByName].find(([name]) => /^[a-z]/.test(name) && letters(name) === letters(text))?.[1]
  return meant === undefined ? undefined : `HubSpot's name of it is "${meant}".`
}
