import { createPortal } from '@hubsync/emulator'

const DAY = 86_400_000
/** The time at which the story of the emulated portal starts. */
const START = Date.parse('2026-01-05T09:00:00.000Z')

/**
 * An emulated portal whose story is the same each time: the same records, and the same changes on each day. So a second
 * demo finds the portal as the first one left it, and continues with the next day.
 */
export function createDemoPortal({ days, contacts, companies, deals }) {
  let time = { stands: START }
  const clock = {
    now: () => time.stands ?? time.at + (Date.now() - time.since),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }
  const runFrom = (at) => {
    time = { at, since: Date.now() }
  }
  /** The clock stands still during the changes of a day, so that they have the same dates in every demo. */
  const live = (day) => {
    time = { stands: START + day * DAY }
    return changeEverything(portal, ids, day, time.stands)
  }
  const portal = createPortal({
    seed: 'demo',
    clock,
    latency: { list: 15, search: 25, batch: 15, associations: 20 },
  })
  const ids = populate(portal, { contacts, companies, deals })
  for (let day = 1; day <= days; day++) live(day)
  runFrom(START + days * DAY + DAY / 2)
  return {
    portal,
    clock,
    /** Advances to the next day, and makes its changes. */
    nextDay() {
      const told = live(++days)
      runFrom(START + days * DAY + 1_000)
      return told
    },
  }
}

/** How many of the portal's days a mirror has seen. */
export function daysUntil(moment) {
  return Math.max(0, Math.floor((Date.parse(moment) - START) / DAY))
}

function populate(portal, sizes) {
  const first = [
    'Ada',
    'Grace',
    'Alan',
    'Edsger',
    'Barbara',
    'Donald',
    'Radia',
    'Leslie',
    'Frances',
    'Niklaus',
  ]
  const last = [
    'Okafor',
    'Lindqvist',
    'Moreau',
    'Tanaka',
    'Silva',
    'Novak',
    'Haddad',
    'Kowalski',
    'Jensen',
    'Rossi',
  ]
  const cities = ['Lisbon', 'Utrecht', 'Graz', 'Tampere', 'Porto', 'Leeds', 'Ghent', 'Aarhus']
  const of = (list, index) => list[index % list.length]
  const owners = createOwners(portal, first, last)
  const partners = portal.createPipeline('deals', {
    label: 'Partners',
    stages: [
      {
        id: 'partner-talk',
        label: 'In talks',
        metadata: { isClosed: 'false', probability: '0.4' },
      },
      { id: 'partner-signed', label: 'Signed', metadata: { isClosed: 'true', probability: '1.0' } },
    ],
  })
  const on = (index) => ({ createdAt: START - 90 * DAY + index * 50_000 })
  const companies = portal.createMany(
    'companies',
    sizes.companies,
    (index) => ({
      name: `${of(last, index)} & Co. ${index + 1}`,
      domain: `company-${index + 1}.example`,
      city: of(cities, index),
      hubspot_owner_id: of(owners, index),
    }),
    on,
  )
  const contacts = portal.createMany(
    'contacts',
    sizes.contacts,
    (index) => ({
      email: `${of(first, index)}.${of(last, index >> 3)}.${index + 1}@Example.com`,
      firstname: of(first, index),
      lastname: of(last, index >> 3),
      phone: `+351 21 ${4_000_000 + index}`,
      lifecyclestage: index % 3 ? 'lead' : 'customer',
      hubspot_owner_id: of(owners, index),
    }),
    on,
  )
  const deals = portal.createMany(
    'deals',
    sizes.deals,
    (index) => ({
      dealname: `Deal ${index + 1}`,
      amount: `${(index % 97) * 250 + 100}.50`,
      ...(index % 7 === 0
        ? { pipeline: partners, dealstage: 'partner-talk' }
        : { pipeline: 'default', dealstage: 'appointmentscheduled' }),
      hubspot_owner_id: of(owners, index),
      closedate: new Date(START + (index % 120) * DAY).toISOString(),
    }),
    on,
  )
  moveDeals(portal, deals, on)
  for (const [index, contact] of contacts.entries())
    if (index % 10 !== 9)
      portal.associate('contacts', contact, 'companies', of(companies, index), {
        primary: index % 3 === 0,
      })
  for (const [index, deal] of deals.entries()) {
    portal.associate('contacts', of(contacts, index * 3), 'deals', deal)
    portal.associate('deals', deal, 'companies', of(companies, index))
  }
  return { contacts, companies, deals }
}

/** The stages that deals have come through. */
const ways = [
  [],
  ['qualifiedtobuy'],
  ['qualifiedtobuy', 'contractsent'],
  ['qualifiedtobuy', 'contractsent', 'closedwon'],
  ['qualifiedtobuy', 'closedlost'],
]

/** Moves each deal on from its first stage, after 3 to 22 days each, as one of the owners' users. */
function moveDeals(portal, deals, on) {
  const users = portal.owners().map(({ userId }) => userId)
  for (const [index, deal] of deals.entries()) {
    const partner = index % 2 ? [] : ['partner-signed']
    const way = index % 7 === 0 ? partner : ways[index % ways.length]
    const user = users[index % users.length]
    const source = { sourceType: 'CRM_UI', sourceId: `userId:${user}`, updatedByUserId: user }
    let at = on(index).createdAt
    for (const [step, dealstage] of way.entries()) {
      at += (3 + ((index * 7 + step * 11) % 20)) * DAY
      portal.update('deals', deal, { dealstage }, { updatedAt: at, source })
    }
  }
}

/** Four owners in two teams. The last one has left, and her records still name her. */
function createOwners(portal, first, last) {
  const teams = ['North', 'South'].map((name) => portal.createTeam(name))
  const owners = [0, 1, 2, 3].map((index) => {
    const [firstName, lastName] = [first[index + 3], last[index + 2]]
    const email = `${firstName}.${lastName}@seller.example`.toLowerCase()
    const owner = portal.createOwner({ email, firstName, lastName })
    portal.joinTeam(owner, teams[index % 2], { primary: true })
    return owner
  })
  portal.archiveOwner(owners[3])
  return owners
}

/** Makes changes of every kind, to other records each day. Returns descriptions of them. */
function changeEverything(portal, { contacts, companies, deals }, day, at) {
  const of = (list, index) => list[(day * 41 + index) % list.length]
  const free = (type, list, index) => {
    for (let offset = 0; ; offset++) {
      const id = of(list, index + offset)
      if (portal.record(type, id)?.archived === false) return id
    }
  }
  const created = portal.create(
    'contacts',
    { email: `new.${day}@example.com`, firstname: 'Nova', lastname: `Day ${day}` },
    { createdAt: at },
  )
  for (let index = 0; index < 25; index++)
    portal.update('contacts', free('contacts', contacts, index), { lifecyclestage: 'opportunity' })
  portal.update('deals', free('deals', deals, 3), {
    amount: '123456789.01',
    pipeline: 'default',
    dealstage: 'closedwon',
  })
  const binned = free('contacts', contacts, 30)
  portal.archive('contacts', binned)
  const returned = free('companies', companies, 5)
  portal.archive('companies', returned)
  portal.restore('companies', returned)
  const [kept, lost] = [free('contacts', contacts, 33), free('contacts', contacts, 35)]
  const winner = portal.merge('contacts', kept, lost)
  portal.purge('contacts', free('contacts', contacts, 37))
  portal.associate('contacts', created, 'companies', free('companies', companies, 7), {
    primary: true,
  })
  const unlinked = free('contacts', contacts, 39)
  for (const { toId } of [...portal.associations('contacts', 'companies')].filter(
    ({ fromId }) => fromId === unlinked,
  ))
    portal.dissociate('contacts', unlinked, 'companies', toId)
  return [
    `contact ${created} was created and linked to a company`,
    '25 contacts and a deal were changed',
    `contact ${binned} went to the recycle bin`,
    `company ${returned} went there too, and was restored`,
    `contacts ${kept} and ${lost} were merged into ${winner}`,
    'a contact was purged without a trace',
    `contact ${unlinked} lost its companies, which changes no date in HubSpot`,
  ]
}
