/** A property's definition as it comes, of which nothing is taken for granted. */
export type Definition = Partial<
  Record<'name' | 'calculated' | 'fieldType' | 'calculationFormula', unknown>
>

/**
 * Whether HubSpot calculates a property. The flag is set for some of HubSpot's own properties alone: it has no effect for custom ones
 * (HubSpot's OpenAPI, `Property`), and is false for most of HubSpot's own whose field type says that they are calculated (recorded replies).
 */
export function isCalculated({ calculated, fieldType, calculationFormula }: Definition): boolean {
  const byType = typeof fieldType === 'string' && fieldType.startsWith('calculation')
  const byFormula = typeof calculationFormula === 'string' && calculationFormula !== ''
  return calculated === true || byType || byFormula
}
