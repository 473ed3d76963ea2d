/**
 * The parts of what lies around the records. Each is read by a job of its own: `owners` with their teams; `pipelines`
 * with their stages; the `catalogue`: object types, property groups, definitions and options, association types.
 */
export const referenceParts = ['owners', 'pipelines', 'catalogue'] as const

/** A part of what lies around the records, which is also the name of its job. */
export type ReferencePart = (typeof referenceParts)[number]
