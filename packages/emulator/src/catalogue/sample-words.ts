/** Made-up words for records that a portal fills itself. */
export const sampleWords = {
  firstNames: [
    'Amina',
    'Bruno',
    'Clara',
    'Davit',
    'Elif',
    'Farid',
    'Greta',
    'Hugo',
    'Ines',
    'Jonas',
  ],
  lastNames: ['Almeida', 'Berg', 'Costa', 'Dvorak', 'Eriksen', 'Fontaine', 'Gruber', 'Hansen'],
  cities: ['Lyon', 'Porto', 'Graz', 'Bergen', 'Ghent', 'Turin', 'Malmö'],
  countries: ['France', 'Portugal', 'Austria', 'Norway', 'Belgium', 'Italy', 'Sweden'],
  things: ['lathe', 'press', 'pump', 'crane', 'kiln', 'mill', 'loom', 'boiler'],
  deeds: ['Quote for the', 'Repair of the', 'Visit about the', 'Order of a', 'Training on the'],
  sentences: [
    'They asked for a call next week.',
    'The part arrived and fits.',
    'Delivery is late by two days.',
    'They compare us with two others.',
    'All agreed, the paper is signed.',
  ],
} as const

/** Words of the names of custom properties. */
export const customWords = {
  subjects: ['renewal', 'credit', 'service', 'site', 'fleet', 'billing', 'partner', 'training'],
  qualities: [
    'score',
    'tier',
    'date',
    'owner',
    'note',
    'count',
    'status',
    'rating',
    'code',
    'limit',
  ],
  choices: ['Gold', 'Silver', 'Bronze', 'Trial', 'Former'],
  objects: ['machines', 'leases', 'policies', 'vessels', 'permits', 'trainings', 'audits'],
} as const
