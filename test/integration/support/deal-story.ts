import type { ChangeSource, Portal } from '@hubsync/emulator'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** When the first deal of the story was created. */
const START = Date.parse('2025-03-01T08:00:00.000Z')
const stages = [
  ...['appointmentscheduled', 'qualifiedtobuy', 'presentationscheduled'],
  ...['decisionmakerboughtin', 'contractsent', 'closedwon', 'closedlost'],
]

/**
 * Deals that people and programs moved in 2025: on and back, into another pipeline, won and opened again; one whose amount
 * changed more often than HubSpot keeps values, and one that lies in the bin.
 *
 * @returns the ids of the deals of the story. Any two but the first two can be merged.
 */
export function tellDealStory(portal: Portal): string[] {
  const partners = portal.createPipeline('deals', {
    label: 'Partners',
    stages: [
      { id: 'talks', label: 'Talks', metadata: { isClosed: 'false', probability: '0.4' } },
      { id: 'signed', label: 'Signed', metadata: { isClosed: 'true', probability: '1.0' } },
    ],
  })
  const owners = ['Ida', 'Max', 'Zoe'].map((firstName) =>
    portal.createOwner({ email: `${firstName}@sales.example`, firstName, lastName: 'Berg' }),
  )
  const users = portal.owners().filter(({ id }) => owners.includes(String(id)))
  const sources: ChangeSource[] = users.map(({ userId }) => ({
    sourceType: 'CRM_UI',
    sourceId: `userId:${userId}`,
    updatedByUserId: Number(userId),
  }))
  sources.push({ sourceType: 'IMPORT' }, { sourceType: 'AUTOMATION_PLATFORM' })
  // The numbers are the same each time.
  let state = 7
  const below = (most: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * most)
  }
  const any = <T>(list: readonly T[]) => list[below(list.length)] as T
  const ids = Array.from({ length: 40 }, (_, index) => {
    let at = START + index * 4 * DAY + below(20) * HOUR
    const values = {
      dealname: `Story ${index + 1}`,
      amount: `${100 + below(900)}.50`,
      ...(index % 9 === 4
        ? { pipeline: partners, dealstage: 'talks' }
        : { pipeline: 'default', dealstage: 'appointmentscheduled' }),
      hubspot_owner_id: any(owners),
    }
    const id = portal.create('deals', values, { createdAt: at, source: any(sources) })
    for (let left = below(7); left > 0; left--) {
      // At most every 2 hours, so that nothing of a deal falls into the same moment.
      at += (2 + below(20 * 24)) * HOUR
      const change = { updatedAt: at, source: any(sources) }
      const kind = below(10)
      if (kind < 7) {
        const { pipeline } = portal.record('deals', id)?.properties ?? {}
        const to = pipeline === partners ? ['talks', 'signed'] : stages
        portal.update('deals', id, { dealstage: any(to) }, change)
      } else if (kind < 9) portal.update('deals', id, { amount: `${below(5_000)}.25` }, change)
      else portal.update('deals', id, { pipeline: partners, dealstage: 'talks' }, change)
    }
    return id
  })
  const [busy = '', binned = ''] = ids
  for (let turn = 0; turn < 30; turn++)
    portal.update(
      'deals',
      busy,
      { amount: `${turn}.00` },
      { updatedAt: START + (300 + turn) * DAY },
    )
  portal.archive('deals', binned)
  return ids
}
