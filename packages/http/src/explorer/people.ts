import { column, defineObject, type ObjectDefinition } from '@hubsync/core'
import type { Choices } from './choices.js'

const { text } = column

/** Owners and teams in the form of objects, so that people look at them in the same way. No run reads these. */
export const people: readonly ObjectDefinition[] = [
  defineObject({
    type: 'owners',
    columns: {
      firstName: text('firstName'),
      lastName: text('lastName'),
      email: text('email'),
      type: text('type'),
      userId: text('userId'),
    },
  }),
  defineObject({ type: 'teams', columns: { name: text('name') } }),
]

/** Whether rows of this name are owners or teams. */
export function isPeople(name: string): name is 'owners' | 'teams' {
  return name === 'owners' || name === 'teams'
}

/** The columns beside those of the definition. HubSpot doesn't say when an owner left, and dates no teams. */
export const peopleDates: Readonly<Record<'owners' | 'teams', readonly string[]>> = {
  owners: ['status', 'createdAt', 'updatedAt'],
  teams: ['status'],
}

const headings: Readonly<Record<string, string>> = {
  firstName: 'First name',
  lastName: 'Last name',
  email: 'E-mail',
  type: 'Type',
  userId: 'User id',
  name: 'Name',
}

/** The headings of owners and teams. HubSpot has no labels for their fields. */
export const peopleChoices: Choices = {
  property: (name) => headings[name] ?? name,
  label: () => undefined,
  value: () => undefined,
}
