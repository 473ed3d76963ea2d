/** How search compares record ids. */
export type IdOrder = 'number' | 'text'

/** The order of records in lists. */
export type ListOrder = 'ascending' | 'repeating' | 'scrambled'

/** What a portal answers about the lifecycle pipelines of contacts and companies. */
export type LifecyclePipelines = 'single' | 'listed' | 400 | 403 | 404

/** How much a portal has that its users defined. */
export interface CustomCatalogue {
  /** The number of custom properties, shared out among contacts, companies and deals. @defaultValue 0 */
  properties?: number
  /** The number of custom objects, each with a dozen properties and linked to contacts and companies. @defaultValue 0 */
  objects?: number
}
