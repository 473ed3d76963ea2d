import type { Column, ColumnKind, ObjectDefinition } from '@hubsync/core'
import type { Label } from '@hubsync/core/store'
import { labelsBeside } from '../labels.js'
import { type Markup, markup } from '../pages/markup.js'
import type { Choices } from './choices.js'
import { inZone } from './moments.js'
import { currencyIn, hasCurrency, isMoney, moneyText } from './money.js'
import { isPeople, peopleDates } from './people.js'
import { shortened } from './shortened.js'

export type Row = { id: string } & Record<string, unknown>

/** The columns that every row has, besides those of its definition. */
const everyRow: Readonly<Record<string, { kind: ColumnKind; heading: string }>> = {
  status: { kind: 'text', heading: 'Status' },
  createdAt: { kind: 'datetime', heading: 'Created' },
  updatedAt: { kind: 'datetime', heading: 'Modified' },
  archivedAt: { kind: 'datetime', heading: 'Archived' },
}

/** A table shows so many characters of a value. The page of the record shows all. */
const MOST_CHARACTERS = 200

/** How the values of an object are shown. */
export class Cells {
  /** The names of the columns: those of the definition, then those that every row has. */
  readonly names: readonly string[]
  /** The names of the columns of the definition. */
  readonly own: readonly string[]
  readonly #object: ObjectDefinition
  readonly #choices: Choices
  readonly #timeZone: string
  /** The labels beside columns, by column. */
  readonly #beside: ReadonlyMap<string, Label>

  constructor(object: ObjectDefinition, choices: Choices, timeZone: string) {
    this.#object = object
    this.#choices = choices
    this.#timeZone = timeZone
    this.#beside = new Map(labelsBeside(object).map((label) => [label.column.name, label]))
    const dates = isPeople(object.name) ? peopleDates[object.name] : Object.keys(everyRow)
    this.own = Object.keys(object.columns)
    this.names = [...this.own, ...dates]
  }

  kind(name: string): ColumnKind {
    return this.#column(name)?.kind ?? everyRow[name]?.kind ?? 'text'
  }

  /** Whether the value of a column can only be shown with the record's `raw`: an amount whose currency has no column. */
  needsRaw(name: string): boolean {
    const column = this.#column(name)
    return column !== undefined && isMoney(column) && !hasCurrency(this.#object)
  }

  /** Whether any column of the definition needs `raw`. */
  get anyNeedsRaw(): boolean {
    return this.own.some((name) => this.needsRaw(name))
  }

  /** What HubSpot's pages call a column. */
  heading(name: string): string {
    const property = this.#column(name)?.property
    if (property !== undefined) return this.#choices.property(property)
    return everyRow[name]?.heading ?? name
  }

  /** The value of a column that a person has typed: a label stands for its value. */
  typed(name: string, text: string): string {
    const property = this.#column(name)?.property
    if (property === undefined || this.#choices.label(property, text) !== undefined) return text
    return this.#choices.value(property, text) ?? text
  }

  /** The value of a row as a text. Empty if it has none. */
  text(name: string, row: Row): string {
    const value = row[name]
    if (value === null || value === undefined) return ''
    const column = this.#column(name)
    const kind = this.kind(name)
    if (kind === 'datetime') return inZone(String(value), this.#timeZone)
    if (kind === 'boolean') return value === true ? 'yes' : 'no'
    if (column && isMoney(column)) {
      const currency = currencyIn(this.#object, row)
      return currency === undefined ? String(value) : moneyText(String(value), currency)
    }
    return this.#labelled(name, row)
  }

  /** The value of a row for a spreadsheet: numbers and moments as they are stored, ids as labels. */
  plain(name: string, row: Row): string {
    const value = row[name]
    if (value === null || value === undefined) return ''
    const isText = this.kind(name) === 'text' || this.kind(name) === 'list'
    return isText ? this.#labelled(name, row) : String(value)
  }

  /** The value of a row in a table. */
  short(name: string, row: Row): Markup {
    return this.#isolated(name, row, shortened(this.text(name, row), MOST_CHARACTERS))
  }

  /** The whole value of a row. */
  whole(name: string, row: Row): Markup {
    const text = this.text(name, row)
    const shown = this.#isolated(name, row, text)
    return text.length > 1_000
      ? markup`<div class="long" tabindex="0" role="group" aria-label="${this.heading(name)}">${shown}</div>`
      : shown
  }

  /** A text that can't change the direction of what is around it. */
  #isolated(name: string, row: Row, text: string): Markup {
    if (this.kind(name) === 'datetime' && text !== '')
      return markup`<time datetime="${row[name]}">${text}</time>`
    return markup`<bdi>${text}</bdi>`
  }

  #labelled(name: string, row: Row): string {
    const value = row[name]
    const label = row[this.#beside.get(name)?.name ?? '']
    if (typeof label === 'string') return label
    const property = this.#column(name)?.property ?? ''
    const choice = (each: unknown) => this.#choices.label(property, String(each)) ?? String(each)
    return Array.isArray(value) ? value.map(choice).join(', ') : choice(value)
  }

  /** The id of the owner in a column, if the mirror has that owner. */
  ownerIn(name: string, row: Row): string | undefined {
    const label = this.#beside.get(name)
    const id = row[name]
    const isKnown = label?.of === 'owner' && typeof row[label.name] === 'string'
    return isKnown && typeof id === 'string' && /^\d{1,20}$/.test(id) ? id : undefined
  }

  #column(name: string): Column | undefined {
    return Object.hasOwn(this.#object.columns, name) ? this.#object.columns[name] : undefined
  }
}
