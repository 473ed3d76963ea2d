import type { KnownEntry, Portal } from '@hubsync/emulator'

const DAY = 86_400_000
const JUNE = '2025-06-01T00:00:00.000Z'
const END_OF_JUNE = '2025-06-30T00:00:00.000Z'
const JULY = '2025-07-01T00:00:00.000Z'

/** What happened to a deal, by the portal alone. */
interface Deal {
  id: string
  name: string
  isActive: boolean
  createdAt: string
  owner: string
  stays: Stay[]
  entries: (KnownEntry & { property: string })[]
}

interface Stay {
  deal: string
  pipeline: string
  stage: string
  enteredAt: string
  leftAt: string | undefined
  /** Who or what moved the deal into it, and out of which stage. */
  by: KnownEntry
  from: Stay | undefined
}
/** Replays the history of a deal: at each moment everything of that moment at once. */
function dealOf(portal: Portal, id: string): Deal {
  const { archived, createdAt, properties } = portal.record('deals', id) as {
    archived: boolean
    createdAt: string
    properties: Record<string, string>
  }
  const histories = portal.history('deals', id) ?? {}
  const entries = ['dealstage', 'pipeline', 'amount', 'hubspot_owner_id'].flatMap((property) =>
    (histories[property] ?? []).filter(({ kept }) => kept).map((entry) => ({ ...entry, property })),
  )
  const name = String(properties.dealname)
  const places = entries.filter(({ property }) => ['dealstage', 'pipeline'].includes(property))
  const moments = [...new Set(places.map(({ timestamp }) => timestamp))].sort()
  const found: Stay[] = []
  let [pipeline, stage] = ['', '']
  for (const moment of moments) {
    const now = places.filter(({ timestamp }) => timestamp === moment)
    const by = now.find(({ property }) => property === 'dealstage') ?? now[0]
    const to = (property: string) => now.find((entry) => entry.property === property)?.value
    const next = [to('pipeline') ?? pipeline, to('dealstage') ?? stage] as const
    if ((next[0] === pipeline && next[1] === stage) || !by) continue
    ;[pipeline, stage] = next
    const from = found.at(-1)
    if (from) from.leftAt = moment
    found.push({ deal: name, pipeline, stage, enteredAt: moment, leftAt: undefined, by, from })
  }
  const owner = String(properties.hubspot_owner_id)
  return { id, name, isActive: !archived, createdAt, owner, stays: found, entries }
}

const days = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / DAY
const mean = (numbers: readonly number[]) =>
  numbers.reduce((sum, each) => sum + each, 0) / numbers.length
/** Groups by a text, and gives a line for each. */
const grouped = <T>(list: readonly T[], by: (each: T) => string, line: (group: T[]) => unknown) =>
  [...Map.groupBy(list, by).values()].map(line)

/**
 * The answers to the questions about history in docs/explain/schema.md, by their headings, worked out from the portal alone.
 * The order of the lines isn't theirs.
 *
 * @param ids - the deals that the portal has, in the bin or not. The first is the one whose values HubSpot has dropped.
 */
export function answersOf(portal: Portal, ids: readonly string[]): Record<string, () => unknown[]> {
  const all = ids.map((id) => dealOf(portal, id))
  const stays = all.flatMap((deal) => deal.stays)
  const stages = new Map(
    portal.pipelines('deals').flatMap((pipeline) =>
      pipeline.stages.map((stage) => [
        `${pipeline.id} ${stage.id}`,
        {
          label: stage.label,
          place: stage.displayOrder,
          isClosed: stage.metadata.isClosed === 'true',
          isWon: stage.metadata.isClosed === 'true' && Number(stage.metadata.probability) === 1,
        },
      ]),
    ),
  )
  const nameOfUser = new Map(
    portal
      .owners()
      .map(({ userId, firstName, lastName }) => [Number(userId), `${firstName} ${lastName}`]),
  )

  const stageOf = ({ pipeline, stage }: Pick<Stay, 'pipeline' | 'stage'>) =>
    stages.get(`${pipeline} ${stage}`)
  return {
    'How many days are deals in each stage, on average?': () =>
      grouped(
        stays.filter(({ leftAt }) => leftAt),
        ({ pipeline, stage }) => `${pipeline} ${stage}`,
        (group) => ({
          pipeline_id: group[0]?.pipeline,
          stage: stageOf(group[0] as Stay)?.label,
          stays: group.length,
          days: mean(group.map(({ enteredAt, leftAt }) => days(enteredAt, leftAt ?? ''))),
        }),
      ),
    'How many days have the open deals been in their stage?': () =>
      all
        .filter(({ isActive }) => isActive)
        .flatMap(({ name, stays }) => ({ name, last: stays.at(-1) as Stay }))
        .filter(({ last }) => !stageOf(last)?.isClosed)
        .map(({ name, last }) => ({
          ...{ name, stage: stageOf(last)?.label },
          days: Math.floor((Date.now() - Date.parse(last.enteredAt)) / DAY),
        })),
    'What share of the deals of each month was won?': () =>
      grouped(
        all.filter(({ isActive }) => isActive),
        ({ createdAt }) => createdAt.slice(0, 7),
        (group) => {
          const won = group.filter(({ stays }) => stays.some((stay) => stageOf(stay)?.isWon)).length
          const percent = Math.floor((won * 100) / group.length)
          return { month: group[0]?.createdAt.slice(0, 7), deals: group.length, won, percent }
        },
      ),
    'Where do deals go from each stage?': () =>
      grouped(
        stays.filter(({ from }) => from),
        ({ from, stage }) => `${from?.pipeline} ${from?.stage} ${stage}`,
        (group) => ({
          pipeline_id: group[0]?.from?.pipeline,
          stage_id: group[0]?.from?.stage,
          next_stage: group[0]?.stage,
          deals: group.length,
        }),
      ),
    'How many deals were in each stage at a past date?': () =>
      grouped(
        stays.filter(
          ({ enteredAt, leftAt }) => enteredAt <= END_OF_JUNE && (leftAt ?? '9') > END_OF_JUNE,
        ),
        ({ pipeline, stage }) => `${pipeline} ${stage}`,
        (group) => ({
          ...{ pipeline_id: group[0]?.pipeline, stage_id: group[0]?.stage, deals: group.length },
        }),
      ),
    'Who moved the most deals in a month?': () =>
      grouped(
        stays.filter(
          ({ from, enteredAt, by }) =>
            from &&
            enteredAt >= JUNE &&
            enteredAt < JULY &&
            nameOfUser.has(by.updatedByUserId ?? 0),
        ),
        ({ by }) => String(by.updatedByUserId),
        (group) => ({
          who: nameOfUser.get(group[0]?.by.updatedByUserId ?? 0),
          moves: group.length,
          deals: new Set(group.map(({ deal }) => deal)).size,
        }),
      ),
    'Which deals went back a stage?': () =>
      stays
        .filter(({ from, pipeline }) => from?.pipeline === pipeline)
        .map((stay) => ({ stay, before: stageOf(stay.from as Stay), now: stageOf(stay) }))
        .filter(({ before, now }) => (now?.place ?? 0) < (before?.place ?? 0))
        .map(({ stay, before, now }) => ({
          ...{ name: stay.deal, from_stage: before?.label, to_stage: now?.label },
          entered_at: stay.enteredAt,
        })),
    'How many days does each owner take to win a deal?': () => {
      const won = all.flatMap((deal) => {
        const first = deal.stays.find((stay) => stageOf(stay)?.isWon)
        return first ? [{ ...deal, days: days(deal.createdAt, first.enteredAt) }] : []
      })
      return grouped(
        won,
        ({ owner }) => owner,
        (group) => {
          const owner = portal.owners().find(({ id }) => String(id) === group[0]?.owner)
          const name = `${owner?.firstName} ${owner?.lastName}`
          return { owner: name, won: group.length, days: mean(group.map(({ days }) => days)) }
        },
      )
    },
    'What was each deal worth at a past date?': () =>
      all.flatMap(({ name, entries }) => {
        const [newest] = entries
          .filter(({ property, timestamp }) => property === 'amount' && timestamp <= END_OF_JUNE)
          .sort((one, other) => (one.timestamp < other.timestamp ? 1 : -1))
        return newest ? [{ name, amount: Number(newest.value) }] : []
      }),
    'Which deals were in the same stage more than once?': () =>
      grouped(
        stays,
        ({ deal, pipeline, stage }) => `${deal} ${pipeline} ${stage}`,
        (group) => ({ name: group[0]?.deal, stage_id: group[0]?.stage, stays: group.length }),
      ).filter((line) => (line as { stays: number }).stays > 1),
    'What changes deals: people, imports or programs?': () =>
      grouped(
        all.flatMap(({ entries }) => entries),
        ({ property, sourceType }) => `${property} ${sourceType}`,
        (group) => ({
          property: group[0]?.property,
          source_type: group[0]?.sourceType,
          changes: group.length,
        }),
      ),
    'Which histories have gaps?': () => {
      const [busy] = all
      const moments = busy?.entries.filter(({ property }) => property === 'amount') ?? []
      const before = moments.map(({ timestamp }) => timestamp).sort()[0]
      return [{ name: busy?.name, property: 'amount', after: null, before }]
    },
  }
}
