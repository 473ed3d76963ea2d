import type { Column, ObjectDefinition } from '@hubsync/core'

/** HubSpot's properties that hold the currency of a record. */
const currencies = [
  'deal_currency_code',
  'hs_currency_code',
  'hs_currency',
  'hs_line_item_currency_code',
]

/** Whether a column holds an amount in the record's own currency. Amounts in the currency of the portal don't. */
export function isMoney({ kind, property }: Column): boolean {
  return kind === 'decimal' && !property.includes('home_currency')
}

/** Whether an object has a column with the currency of its records. */
export function hasCurrency(object: ObjectDefinition): boolean {
  return currencyColumn(object) !== undefined
}

function currencyColumn({ columns }: ObjectDefinition): string | undefined {
  return Object.keys(columns).find((name) => currencies.includes(columns[name]?.property ?? ''))
}

/** The currency of a record, from a column or from `raw`. */
export function currencyIn(
  object: ObjectDefinition,
  row: Record<string, unknown>,
): string | undefined {
  const properties = (row.raw as { properties?: Record<string, unknown> } | undefined)?.properties
  const values = [
    row[currencyColumn(object) ?? ''],
    ...currencies.map((each) => properties?.[each]),
  ]
  const code = values.find((value) => typeof value === 'string' && /^[A-Z]{3}$/.test(value))
  return code as string | undefined
}

/** `EUR 5,000.00`, with every digit of the amount. */
export function moneyText(amount: string, currency: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(amount)) return `${currency} ${amount}`
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    maximumFractionDigits: 20,
  })
  // As a text, which has more digits than a number.
  return format.format(amount as `${number}`).replace('\u00a0', ' ')
}
