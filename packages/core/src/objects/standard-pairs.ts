/**
 * The pairs of standard objects that are read by default, each in one direction: HubSpot may answer the reverse of a
 * pair with nothing.
 */
export const standardPairs = [
  ['contacts', 'companies'],
  ['contacts', 'deals'],
  ['deals', 'companies'],
  ['contacts', 'tickets'],
  ['tickets', 'companies'],
  ['deals', 'tickets'],
  ['deals', 'line_items'],
] as const
