/** A property's definition as it comes. Nothing in it is certain. */
export type Definition = Partial<
  Record<'name' | 'calculated' | 'fieldType' | 'calculationFormula', unknown>
>

/**
 * Whether HubSpot calculates a property. The `calculated` flag is set only for some of HubSpot's own properties: it has
 * no effect for custom ones (HubSpot's OpenAPI, `Property`), and is false for most of HubSpot's own that are calculated
 * by their field type (recorded replies).
 */
export function isCalculated({ calculated, fieldType, calculationFormula }: Definition): boolean {
  const byType = typeof fieldType === 'string' && fieldType.startsWith('calculation')
  const byFormula = typeof calculationFormula === 'string' && calculationFormula !== ''
  return calculated === true || byType || byFormula
}
