import type { Edit, Mutant, Trap } from './trap.js'

const windows = 'extract/change-windows.ts'
const plan = 'extract/change-plan.ts'

/** Follows the pages of a search by offset, as long as there are any, or up to one. */
const byOffset = (end = 'next === undefined'): Edit => ({
  file: windows,
  find: 'if (part.before - part.from > 1) return { ...first, more: true }',
  replace: `if (part.before > part.from) {
    const all = [...first.hits]
    for (let next: string | undefined = first.next; !(${end}); ) {
      const page = await searchPage(hubspot, query, part, next)
      all.push(...page.hits)
      next = page.next
    }
    return { hits: all, total: first.total, more: false }
  }`,
})

/** Goes on where the last hit of a page says that it is. */
const fromLastHit: Edit = {
  file: plan,
  find: 'if (reply.more) this.#open.push(cutUp(piece, held, reply))',
  replace: `const reached = Math.max(piece.from, reply.hits.at(-1)?.date ?? 0)
    const { before } = piece
    if (reply.more && before - piece.from <= 1) this.#open.push(cutUp(piece, held, reply))
    else if (reply.more && reached < before) this.#open.push({ from: reached, before })`,
}

/** A page that fails is taken for the last one. */
const failureEndsList: Edit[] = [
  {
    file: 'extract/list-walk.ts',
    find: 'Promise.all([reader.read(after), query.extent])',
    replace:
      'Promise.all([reader.read(after).catch(() => ({ results: [], next: undefined })), query.extent])',
  },
  {
    file: 'extract/list-walk.ts',
    find: 'return beginsLate || endsEarly ? await reader.read(after) : page',
    replace: 'return page',
  },
]

/** What a walk didn't meet is taken for gone. */
const unmetIsGone: Edit = {
  file: 'sync/streams/look-into.ts',
  find: 'const tombstones = mapAbsences(definition, answer.aliases, answer.missing)',
  replace: 'const tombstones = mapAbsences(definition, answer.aliases, ids)',
}

/** The mistakes, in the order of docs/explain/traps.md, and for each the readers that make it. */
export const traps: readonly Trap[] = [
  {
    number: 1,
    mistake: 'The checkpoint is moved before the rows are committed',
    mutants: [
      {
        does: 'commits the checkpoint, and then what it covers',
        edits: [
          {
            file: 'sync/checkpoint.ts',
            find: '      checkpoint,\n',
            replace: `      checkpoint,
    })
    await store.commit({
      portalId: origin.portalId,
      at: new Date(clock.now()).toISOString(),
`,
          },
        ],
        caughtBy: 'a run that is killed at any commit loses nothing',
        says: /is missing in the mirror$/,
      },
    ],
  },
  {
    number: 2,
    mistake: 'The bookmark of a full list is the latest date in it, or its end',
    mutants: [
      {
        does: 'goes on from the moment at which the list was read to its end',
        edits: [
          {
            file: 'sync/streams/backfill.ts',
            find: '    completeUpTo: state.startedAt,\n',
            replace: '    completeUpTo: new Date(job.clock.now()).toISOString(),\n',
          },
        ],
        caughtBy: 'what is edited while the list is read is not missed',
        says: /^companies \d+: updatedAt/,
      },
      {
        does: 'goes on from the latest modification date of the list',
        edits: [
          {
            file: 'sync/streams/backfill.ts',
            find: 'state = backfilled(job, state)',
            replace: `state = {
        ...backfilled(job, state),
        completeUpTo: [...group.values()].map(({ updatedAt }) => updatedAt).sort().at(-1) ?? null,
      }`,
          },
        ],
        caughtBy: 'what is edited while the list is read is not missed',
        says: /^companies \d+: updatedAt/,
      },
    ],
  },
  {
    number: 3,
    mistake: 'Search without overlap, as if it were current and in order',
    mutants: [
      {
        does: 'starts each window where the last one ended',
        edits: [
          {
            file: 'sync/streams/changes.ts',
            find: 'const begin = Date.parse(window?.to ?? completeUpTo ?? startedAt) - job.overlapMs',
            replace: 'const begin = Date.parse(window?.to ?? completeUpTo ?? startedAt)',
          },
        ],
        caughtBy: 'a change that the search shows late is found by a later run',
        says: /^contacts \d+: updatedAt/,
      },
      {
        does: 'takes the date of the last result for the place where the search has come to',
        edits: [fromLastHit],
        caughtBy: 'a record that the search shows at its old place hides no others',
        says: /^companies \d+: updatedAt/,
      },
    ],
  },
  {
    number: 4,
    mistake: 'The wrong last-modified property on contacts',
    mutants: [
      {
        does: 'asks for contacts by hs_lastmodifieddate, as for every other object',
        edits: [
          {
            file: 'objects/contacts.ts',
            find: "modifiedProperty: 'lastmodifieddate'",
            replace: "modifiedProperty: 'hs_lastmodifieddate'",
          },
        ],
        caughtBy: 'a contact that changed arrives with the next run',
        says: /^contacts \d+: updatedAt/,
      },
    ],
  },
  {
    number: 5,
    mistake: 'Paging a search past 10,000 results, or stopping there',
    mutants: [
      {
        does: 'stops at the last result that a search gives',
        edits: [byOffset('next === undefined || Number(next) >= 400')],
        caughtBy: 'more changes than a search can be paged through are all read',
        says: /^companies \d+: updatedAt/,
      },
      {
        does: 'pages by offset while records move to the end',
        edits: [byOffset()],
        caughtBy: 'a record that is edited while the changes are read hides no other',
        says: /^companies \d+: updatedAt/,
      },
      {
        does: 'stops once it has seen as many results as `total` says',
        edits: [
          {
            file: windows,
            find: 'if (first.next === undefined) return',
            replace: 'if (first.next === undefined || first.hits.length >= first.total) return',
          },
        ],
        caughtBy: 'a search is read to its end where its total is too low, missing or too high',
        says: /^companies \d+: updatedAt/,
      },
      {
        does: 'stops at a page that is not full',
        edits: [
          {
            file: windows,
            find: 'if (first.next === undefined) return',
            replace: 'if (first.hits.length < SEARCH_PAGE) return',
          },
        ],
        caughtBy: 'a short page of a search is not its end',
        says: /^companies \d+: updatedAt/,
      },
    ],
  },
  {
    number: 6,
    mistake: 'Going on from the last date, with more equal dates than results',
    mutants: [
      {
        does: 'starts again from the same date for ever',
        edits: [
          {
            file: plan,
            find: 'cuts: cutsByIds(seen, held, range)',
            replace: 'cuts: [] as string[]',
          },
        ],
        caughtBy: 'more records in one millisecond than a search can be paged through are all read',
        says: /^the run is partial/,
      },
      {
        does: 'steps over to the next millisecond',
        edits: [
          {
            file: plan,
            find: 'if (reply.more) this.#open.push(cutUp(piece, held, reply))',
            replace:
              'if (reply.more && piece.before - piece.from > 1) this.#open.push(cutUp(piece, held, reply))',
          },
        ],
        caughtBy: 'more records in one millisecond than a search can be paged through are all read',
        says: /^companies \d+: updatedAt/,
      },
      {
        does: 'goes on after the last date, and not from it',
        edits: [
          {
            file: windows,
            find: "[{ propertyName, operator: 'GTE' as const, value: from }]",
            replace: "[{ propertyName, operator: 'GT' as const, value: from }]",
          },
        ],
        caughtBy: 'records with the same date as the last one of a page are all read',
        says: /^companies \d+ is missing|^companies \d+: updatedAt/,
      },
      {
        does: 'goes on after the last id of a page, as if ids were filtered as they are sorted',
        edits: [
          {
            file: plan,
            find: 'const range = ids ?? ALL_IDS',
            replace: 'const range = { from: seen.at(-1) as string, before: ids?.before ?? null }',
          },
          {
            file: plan,
            find: 'cuts: cutsByIds(seen, held, range)',
            replace: 'cuts: [] as string[]',
          },
        ],
        caughtBy:
          'a millisecond is read whole where ids are sorted in one order and filtered in another',
        says: /^companies \d+: updatedAt/,
      },
    ],
  },
  {
    number: 7,
    mistake: 'Deletions are never seen',
    mutants: [
      {
        does: 'never lists the recycle bin',
        edits: [
          {
            file: 'sync/plan-run.ts',
            find: 'archived: objects.filter(isBinOpen)',
            replace: 'archived: []',
          },
        ],
        caughtBy: 'a record that is archived is ARCHIVED after the next run',
        says: /^contacts \d+: status/,
      },
    ],
  },
  {
    number: 8,
    mistake: 'All that is deleted is expected in the bin',
    mutants: [
      {
        does: 'keeps what is in neither the list nor the bin',
        edits: [
          {
            file: 'sync/streams/look-into.ts',
            find: 'const tombstones = mapAbsences(definition, answer.aliases, answer.missing)',
            replace: 'const tombstones = mapAbsences(definition, answer.aliases, [])',
          },
        ],
        caughtBy: 'a record that is purged, or deleted for privacy, leaves the mirror',
        says: /^contacts that are in the mirror alone/,
      },
    ],
  },
  {
    number: 9,
    mistake: 'Merged records stay, or a record is filed under a merged id',
    mutants: [
      {
        does: 'keeps the records that were merged into another',
        edits: [
          {
            file: 'sync/map-page.ts',
            find: '      mapped.tombstones.push(...mapMerges(definition, record))\n',
            replace: '',
          },
          {
            file: 'sync/far-ends.ts',
            find: '  for (const [loser, winner] of aliases) tombstones.push(mergedTombstone(pair.to, loser, winner))\n',
            replace: '',
          },
        ],
        caughtBy: 'merged records leave the mirror, those of earlier merges too',
        says: /^companies that are in the mirror alone/,
      },
      {
        does: 'files an answer under the id that was asked for',
        edits: [
          {
            file: 'extract/record-reader.ts',
            find: 'if (open.delete(loser)) aliases.set(loser, record.id)',
            replace: 'if (open.delete(loser)) record.id = loser',
          },
        ],
        caughtBy:
          'a record that answers under another id than it was asked for by is kept under its own',
        says: /^contacts \d+ is missing in the mirror/,
      },
    ],
  },
  {
    number: 10,
    mistake: 'Associations are read again for modified records alone',
    mutants: [
      {
        does: 'reads associations with records that changed and never else',
        edits: [
          {
            file: 'sync/plan-run.ts',
            find: 'associations: pairs.length > 0,',
            replace: 'associations: false,',
          },
        ],
        caughtBy: 'records that are associated without being modified are so here too',
        says: /^associations from contacts to companies/,
      },
    ],
  },
  {
    number: 11,
    mistake: 'Associations are added and never removed',
    mutants: [
      {
        does: 'adds associations to those that it has',
        edits: [
          {
            file: 'store/plan-edges.ts',
            find: 'if (!after.has(key)) plan.removed.push(edge)',
            replace: 'void edge',
          },
        ],
        caughtBy: 'an association that is removed disappears',
        says: /^associations from contacts to companies/,
      },
      {
        does: 'takes NO_ASSOCIATIONS_FOUND for an error',
        edits: [
          {
            file: 'extract/association-reader.ts',
            find: "if (!error?.subCategory?.endsWith('NO_ASSOCIATIONS_FOUND')) continue",
            replace: 'if (error) continue',
          },
        ],
        caughtBy: 'an association that is removed disappears',
        says: /^the run is partial: .*records unanswered/,
      },
    ],
  },
  {
    number: 12,
    mistake: "The pages within a record's associations are left out",
    mutants: [
      {
        does: "reads the first page of each record's associations",
        edits: [
          {
            file: 'extract/association-reader.ts',
            find: 'if (after === undefined) {\n        sets.set',
            replace: 'if (cursors) {\n        sets.set',
          },
        ],
        caughtBy: 'a record with more associations than come on a page has them all',
        says: /^associations from contacts to deals/,
      },
    ],
  },
  {
    number: 13,
    mistake: 'The errors of a partial reply are ignored, or thrown',
    mutants: [
      {
        does: 'takes a partial batch for a whole one',
        edits: [
          {
            file: 'extract/record-reader.ts',
            find: '...singles.answers, failed',
            replace: '...singles.answers.map((answer) => ({ ...answer, unanswered: [] })), failed',
          },
        ],
        caughtBy: 'a batch that leaves a record out is not taken for all of it',
        says: /^the run claims to be complete/,
      },
      {
        does: 'fails at a 207',
        edits: [
          {
            file: 'client/retry.ts',
            find: 'const isSuccess = status >= 200 && status < 300',
            replace: 'const isSuccess = status === 200',
          },
        ],
        caughtBy: 'a batch with a record that is gone gives the others',
        says: /^the run is failed: .*\(207\)/,
      },
      {
        does: 'looks for errors in replies with the status 207 alone',
        edits: [
          {
            file: 'extract/record-reader.ts',
            find: 'const { json } = await hubspot.ask({ ...call, divisible })',
            replace: 'const { json, status } = await hubspot.ask({ ...call, divisible })',
          },
          {
            file: 'extract/record-reader.ts',
            find: 'const missing = (body.errors ?? [])',
            replace: 'const missing = ((status === 207 && body.errors) || [])',
          },
        ],
        caughtBy: 'a partial reply is understood in the version that sends it as a 200',
        says: /^the run is partial: .*records unanswered/,
      },
    ],
  },
  {
    number: 14,
    mistake: 'The results of a batch are matched by their position',
    mutants: [
      {
        does: 'gives the first id that was asked for the first result',
        edits: [
          {
            file: 'extract/record-reader.ts',
            find: '.map((result) => parseRecord(result, archived))',
            replace:
              '.map((result, index) => parseRecord({ ...(result as object), id: ids[index] }, archived))',
          },
        ],
        caughtBy: 'records of a batch are matched by their ids',
        says: /^contacts \d+: updatedAt/,
      },
    ],
  },
  {
    number: 15,
    mistake: 'Ids are numbers here and text there',
    mutants: [
      {
        does: 'keeps the far ends of associations as the numbers that they come as',
        edits: [
          {
            file: 'extract/association-reader.ts',
            find: 'const toId = parseId(toObjectId)',
            replace: 'const toId = toObjectId as string | undefined',
          },
        ],
        caughtBy: 'records that are associated without being modified are so here too',
        says: /^the run is partial: .*records unanswered|^associations from/,
      },
      {
        does: 'compares ids as text, and takes lists to come in that order',
        edits: [
          {
            file: 'extract/list-walk.ts',
            find: 'return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)',
            replace: 'return a < b ? -1 : a > b ? 1 : 0',
          },
          {
            file: 'extract/list-walk.ts',
            find: 'if (ordered && !inOrder(after, all, next)) throw new ListOrderError(type)',
            replace: '',
          },
        ],
        caughtBy: 'ids of different lengths are in their order',
        says: /^contacts \d+ is missing in the mirror/,
      },
    ],
  },
  {
    number: 16,
    mistake: "What an incomplete read didn't show is removed",
    mutants: [
      {
        does: 'takes a page that fails for the end of the list',
        edits: failureEndsList,
        caughtBy: 'a list that breaks off is not taken for its end',
        says: /^the run claims to be complete/,
      },
      {
        does: "removes what a walk that broke off didn't meet",
        edits: [...failureEndsList, unmetIsGone],
        caughtBy: 'a census whose walk breaks off removes nothing',
        says: /^rows were removed/,
      },
      {
        does: "removes what a walk didn't meet without asking for it",
        edits: [unmetIsGone],
        caughtBy: 'a record that was made while a census was on its way is not removed by it',
        says: /^companies \d+ is gone/,
      },
      {
        does: 'removes whatever is gone, be it half of the rows',
        edits: [
          {
            file: 'sync/streams/removals.ts',
            find: 'if (gone <= A_HANDFUL || gone <= others * removalShare) return undefined',
            replace: 'if (gone >= 0) return undefined',
          },
        ],
        caughtBy: 'a census that finds more gone than its share removes nothing',
        says: /^rows were removed/,
      },
      {
        does: 'passes over an object that it may not read',
        edits: [
          {
            file: 'sync/run-context.ts',
            find: "const status = isOver || resumable.includes(code) ? 'partial' : 'failed'",
            replace:
              "const status = code === 'MISSING_SCOPE' ? 'complete' : resumable.includes(code) ? 'partial' : 'failed'",
          },
        ],
        caughtBy: 'a run that may not read an object says so, and keeps its rows',
        says: /^the run claims to be complete/,
      },
    ],
  },
  {
    number: 17,
    mistake: 'All properties in one URL',
    mutants: [
      {
        does: 'asks for all properties in the URL',
        edits: [
          {
            file: 'client/endpoints.ts',
            find: "return encodeURIComponent(properties.join(',')).length <= URL_CHARACTERS - 1_500",
            replace: 'return properties.length > 0',
          },
        ],
        caughtBy: 'an object with 400 properties is read whole',
        says: /^the run is failed: .*\(414\)/,
      },
      {
        does: 'asks for as many properties as fit into the URL',
        edits: [
          {
            file: 'client/endpoints.ts',
            find: "return encodeURIComponent(properties.join(',')).length <= URL_CHARACTERS - 1_500",
            replace: 'return properties.length > 0',
          },
          {
            file: 'client/endpoints.ts',
            find: "properties: properties.join(','),",
            replace: "properties: properties.join(',').slice(0, 6_000),",
          },
          // What is read again by id for what a page lacks would make up for it.
          {
            file: 'extract/record-reader.ts',
            find: 'if (cut.size === 0) return undefined',
            replace: 'if (cut) return undefined',
          },
        ],
        caughtBy: 'an object with 400 properties is read whole',
        says: /^property a_rather_long_property_name_\d+/,
      },
    ],
  },
  {
    number: 18,
    mistake: "A property that doesn't come is taken for an empty one",
    mutants: [
      {
        does: 'empties a column whose property HubSpot left out',
        edits: [
          {
            file: 'map/map-record.ts',
            find: 'if (!Object.hasOwn(record.properties, property)) continue\n',
            replace: '',
          },
        ],
        caughtBy: 'a property that HubSpot leaves out keeps its value',
        says: /^the team is null/,
      },
    ],
  },
  {
    number: 19,
    mistake: 'One limit for all calls, and a spent day tried again',
    mutants: [
      {
        does: 'counts searches towards the limit of all other calls',
        edits: [
          { file: 'client/endpoints.ts', find: "lane: 'search',", replace: "lane: 'burst'," },
        ],
        caughtBy: 'searches keep to the limit of searches',
        says: /calls were refused with a 429/,
      },
      {
        does: 'waits some seconds when the calls of the day are spent',
        edits: [
          {
            file: 'client/limits.ts',
            find: "if (words.includes('daily')) return 'daily'\n",
            replace: '',
          },
        ],
        caughtBy: 'a day whose calls are spent is left alone',
        says: /^HubSpot was asked \d+ times after that/,
      },
    ],
  },
  {
    number: 20,
    mistake: 'Time-outs and retries are left to the SDK',
    mutants: [
      {
        does: 'waits for a reply for ever',
        edits: [
          {
            file: 'client/within.ts',
            find: 'return await Promise.race([work(stop.signal), interrupted])',
            replace:
              'interrupted.catch(() => {})\n    return await work(new AbortController().signal)',
          },
        ],
        caughtBy: 'a call that is never answered is given up, and made again',
        says: /^after ten minutes the call is still waited for/,
      },
      {
        does: 'gives up where the connection breaks',
        edits: [
          {
            file: 'client/retry.ts',
            find: 'attempts: isLate && attempt.call.divisible ? 1 : ATTEMPTS,',
            replace: 'attempts: 1,',
          },
        ],
        caughtBy: 'a connection that breaks is made again',
        says: /^the run is failed: .*ECONNRESET/,
      },
    ],
  },
  {
    number: 21,
    mistake: 'Calculated properties are taken to be fresh',
    mutants: [
      {
        does: "passes over records whose modification date hasn't changed",
        edits: [
          {
            file: 'sync/streams/refresh-stream.ts',
            find: 'const content = together(whole, listed(definition, part, { partial: true }))',
            replace:
              'const content = together(whole, listed(definition, { ...part, records: [] }))',
          },
        ],
        caughtBy: 'a calculated property is fresh after a refresh',
        says: /^the visits are null/,
      },
    ],
  },
  {
    number: 22,
    mistake: 'A typed column refuses a whole row',
    mutants: [
      {
        does: 'fails at a value that is no number',
        edits: [
          {
            file: 'map/map-record.ts',
            find: '    if (value === undefined)\n',
            replace:
              '    if (value === undefined) throw new Error("invalid input syntax")\n    if (value === undefined)\n',
          },
        ],
        caughtBy: 'a value that does not fit its column stops nothing',
        says: /^the run is failed: .*invalid input syntax/,
      },
      {
        does: 'knows dates in ISO 8601 alone',
        edits: [
          {
            file: 'map/map-value.ts',
            find: '  if (/^-?\\d+(\\.\\d+)?$/.test(text)) return momentInDigits(text)\n',
            replace: '',
          },
        ],
        caughtBy: 'a moment that comes as epoch milliseconds is a moment',
        says: /^the deal closes at null/,
      },
    ],
  },
  {
    number: 23,
    mistake: 'The token is taken once, at the start',
    mutants: [
      {
        does: 'asks for a token once',
        edits: [
          {
            file: 'client/token.ts',
            find: 'if (this.#current && this.#age() < ASK_AGAIN_MS) return',
            replace: 'if (this.#current) return',
          },
          {
            file: 'client/token.ts',
            find: "if (typeof this.source === 'string') return false",
            replace: 'if (this.source) return false',
          },
        ],
        caughtBy: 'a run that outlives its token goes on with the next',
        says: /^the run is failed/,
      },
      {
        does: 'asks for another token only once HubSpot has refused one',
        edits: [
          {
            file: 'client/token.ts',
            find: 'if (this.#current && this.#age() < ASK_AGAIN_MS) return',
            replace: 'if (this.#current) return',
          },
        ],
        caughtBy: 'a run that outlives its token goes on with the next',
        says: /401/,
      },
    ],
  },
  {
    number: 24,
    mistake: 'One association between two records, of a type known beforehand',
    mutants: [
      {
        does: 'keeps one type for each two records',
        edits: [
          {
            file: 'extract/association-reader.ts',
            find: 'return associationTypes.map((type)',
            replace: 'return associationTypes.slice(0, 1).map((type)',
          },
        ],
        caughtBy: 'two records keep every type of their association, with its label',
        says: /^associations from contacts to companies/,
      },
      {
        does: "takes every contact's company for the unlabelled type 279",
        edits: [
          {
            file: 'extract/association-reader.ts',
            find: 'typeId: Number(type.typeId),',
            replace: 'typeId: 279,',
          },
        ],
        caughtBy: 'two records keep every type of their association, with its label',
        says: /^associations from contacts to companies/,
      },
      {
        does: 'leaves labels out',
        edits: [
          {
            file: 'extract/association-reader.ts',
            find: "label: typeof type.label === 'string' ? type.label : null,",
            replace: 'label: null,',
          },
        ],
        caughtBy: 'two records keep every type of their association, with its label',
        says: /^associations from contacts to companies/,
      },
    ],
  },
  {
    number: 25,
    mistake: "The version is fixed, and the portal isn't",
    mutants: [
      {
        does: 'has v3 in its paths',
        edits: [
          {
            file: 'client/endpoints.ts',
            find: `const objects = dated ? \`/crm/objects/\${apiVersion}\``,
            replace: "const objects = dated ? '/crm/v3/objects'",
          },
        ],
        caughtBy: 'all calls are of the version that is asked for',
        says: /^calls of another version/,
      },
      {
        does: "writes whatever portal's records into the store",
        edits: [
          {
            file: 'sync/portal.ts',
            find: 'pinned.length > 0 && !pinned.includes(account.portalId)',
            replace: "pinned.includes('none')",
          },
        ],
        caughtBy: "a token of another portal is refused, and the store stays that portal's",
        says: /^Missing expected rejection/,
      },
    ],
  },
  {
    number: 26,
    mistake: 'The order of the hits is taken for how far a search has come',
    mutants: [
      {
        does: 'goes on from the date of the last hit, once an hour has settled it',
        edits: [fromLastHit],
        caughtBy: 'a hit that is listed far from its place hides no others',
        says: /^companies \d+: updatedAt/,
      },
      {
        does: 'goes on from the latest date of a page',
        edits: [
          {
            ...fromLastHit,
            replace: fromLastHit.replace.replace(
              'reply.hits.at(-1)?.date ?? 0',
              '...reply.hits.map(({ date }) => date)',
            ),
          },
        ],
        caughtBy: 'hits in no order at all are all read',
        says: /^companies \d+: updatedAt/,
      },
    ],
  },
  {
    number: 27,
    mistake: 'A hit is left aside since the date that it shows is not the one that was asked for',
    mutants: [
      {
        does: 'leaves hits to the part that their date lies in',
        edits: [
          {
            file: windows,
            find: "hits: 'hits' in outcome ? outcome.hits : [],",
            replace: `hits: ('hits' in outcome ? outcome.hits : []).filter(
        ({ date }) => date >= part.from && date < part.before,
      ),`,
          },
        ],
        caughtBy: 'a record that is found by another date than its hit shows is read',
        says: /^companies \d+: updatedAt/,
      },
    ],
  },
  {
    number: 28,
    mistake: 'Unanswered ids are noted in a state that the next page overwrites',
    mutants: [
      {
        does: 'goes on from what a page has left unanswered, and forgets what those before it had',
        edits: [
          {
            file: 'sync/pending.ts',
            find: 'pendingAfter(before?.pending ?? {}, page, Object.entries(left))',
            replace: 'pendingAfter({}, page, Object.entries(left))',
          },
        ],
        caughtBy: 'associations that a backfill is left without are asked for until they come',
        says: /^the run claims to be complete/,
      },
      {
        does: 'keeps of a page what it asked for, and not what its associations left unanswered',
        edits: [
          {
            file: 'sync/pending.ts',
            find: 'pendingAfter(before?.pending ?? {}, page, Object.entries(left))',
            replace: 'pendingAfter(before?.pending ?? {}, page, [])',
          },
        ],
        caughtBy: 'associations that a backfill is left without are asked for until they come',
        says: /^the run claims to be complete/,
      },
      {
        does: 'takes ids for answered once they were asked for again',
        edits: [
          {
            file: 'sync/pending.ts',
            find: 'return allOf(kept, Object.entries(unanswered), ofLinks)',
            replace:
              'return Object.keys(askedAgain).length > 0 ? allOf(kept) : allOf(kept, Object.entries(unanswered), ofLinks)',
          },
        ],
        caughtBy: 'associations that a backfill is left without are asked for until they come',
        says: /^the run claims to be complete/,
      },
    ],
  },
  {
    number: 29,
    mistake: 'A type is known by one of its names alone',
    mutants: [
      {
        does: 'takes each name of a type for a type of its own',
        edits: [
          {
            file: 'objects/type-names.ts',
            find: 'return typesByName.get(given.toLowerCase()) ?? given',
            replace: 'return given',
          },
        ],
        caughtBy: 'a type is as fresh by another of its names',
        says: /^by the name contact, contacts \d+: updatedAt/,
      },
      {
        does: 'knows the singular and not the type id',
        edits: [
          {
            file: 'objects/type-names.ts',
            find: '[type, ...others].map(',
            replace: '[type, ...others.slice(0, 1)].map(',
          },
        ],
        caughtBy: 'a type is as fresh by another of its names',
        says: /^by the name 0-1, contacts \d+: updatedAt/,
      },
    ],
  },
  {
    number: 30,
    mistake: "One batch or page that HubSpot can't answer stops its object",
    mutants: [
      {
        does: 'fails where HubSpot answers a batch with 500',
        edits: [
          {
            file: 'extract/in-pieces.ts',
            find: '    if (mayBeOfOne(failure)) return { piece, failure }\n',
            replace: '',
          },
        ],
        caughtBy: "a record that HubSpot can't answer for keeps no other out",
        says: /^of 7 other records 0 have come/,
      },
      {
        does: 'leaves a batch aside as a whole',
        edits: [
          {
            file: 'extract/in-pieces.ts',
            find: `    failed.push(...broken.flatMap(({ piece }) => (piece.length === 1 ? piece : [])))
    pieces = broken.flatMap(({ piece }) => halvesOf(piece))`,
            replace: `    failed.push(...broken.flatMap(({ piece }) => piece))
    pieces = []`,
          },
        ],
        caughtBy: "a record that HubSpot can't answer for keeps no other out",
        says: /^of 7 other records 0 have come/,
      },
      {
        does: 'fails where HubSpot answers a page of a list with 502',
        edits: [
          {
            file: 'extract/page-reader.ts',
            find: '        if (!mayBeOfOne(failure)) throw failure\n',
            replace: '        throw failure\n',
          },
        ],
        caughtBy: "a record that HubSpot can't list keeps no other out",
        says: /^of 250 records 100 have come/,
      },
      {
        does: 'steps over a record that HubSpot does not list, and forgets it',
        edits: [
          {
            file: 'extract/step-over.ts',
            find: 'await readRecords(hubspot, { ...query, ids })',
            replace: '{ records: [] as HubspotRecord[], unanswered: [] as string[] }',
          },
        ],
        caughtBy: "a record that HubSpot can't list keeps no other out",
        says: /^of 250 records 249 have come/,
      },
      {
        does: 'takes an outage for as many records that HubSpot can not answer for',
        edits: [
          {
            file: 'extract/in-pieces.ts',
            find: '    if (broken.length === pieces.length) await expectAnswer(broken, witness, ask)\n',
            replace: '',
          },
        ],
        caughtBy: "an outage is not taken for records that HubSpot can't answer for",
        says: /^HubSpot was asked \d+ times in vain/,
      },
      {
        does: 'keeps the records of a pair out as long as the pair is not answered',
        edits: [
          {
            file: 'sync/unread-pairs.ts',
            find: 'if (!isHubsyncError(error) || !ofOnePair.includes(error.code)) throw error',
            replace: 'throw error',
          },
        ],
        caughtBy: "a pair that HubSpot can't answer for keeps no record out",
        says: /^of 8 records 0 have come/,
      },
    ],
  },
  {
    number: 31,
    mistake: 'Taking `archivedAt` for the moment of archiving',
    mutants: [
      {
        does: 'takes for missed whatever shows an earlier moment than the last run',
        edits: [
          {
            file: 'sync/streams/differences.ts',
            find: 'const tells = archivedAt > updatedAt',
            replace: 'const tells = true',
          },
        ],
        caughtBy: 'a contact that was archived after the last run is no difference',
        says: /^verify says different/,
      },
      {
        does: 'takes for news whatever may have been archived since, and goes on to',
        edits: [
          {
            file: 'sync/streams/differences.ts',
            find: 'told ?? due > reach.bin.walks',
            replace: 'told ?? true',
          },
        ],
        caughtBy:
          'a contact that was archived and that a whole walk of the bin has missed is a difference',
        says: /^verify says equal/,
      },
      {
        does: 'takes a contact for archived since the date that it shows',
        edits: [
          {
            file: 'sync/streams/removals.ts',
            find: 'return archivedAt <= cutoff && (tells || syncedAt < watchedSince)',
            replace: 'return archivedAt <= cutoff',
          },
        ],
        caughtBy: 'contacts that vanish soon after they were archived are spared by a census',
        says: /^rows were removed/,
      },
    ],
  },
  {
    number: 32,
    mistake: "Counting what HubSpot's bin drops after 90 days as an alarming loss",
    mutants: [
      {
        does: 'counts them with what is gone',
        edits: [
          {
            file: 'sync/streams/removals.ts',
            find: 'return new Set(answer.missing.filter(wasToGo))',
            replace: 'return new Set(answer.missing.slice(0, 0).filter(wasToGo))',
          },
        ],
        caughtBy:
          "what HubSpot's bin drops after ninety days leaves the mirror, however much it is",
        says: /^the run is partial/,
      },
      {
        does: 'counts no archived record among what is gone',
        edits: [
          {
            file: 'sync/streams/removals.ts',
            find: 'if (syncedAt <= cutoff) return true',
            replace: 'if (syncedAt <= updatedAt || syncedAt > updatedAt) return true',
          },
        ],
        caughtBy: 'contacts that vanish soon after they were archived are spared by a census',
        says: /^rows were removed/,
      },
      {
        does: 'counts the dropped ones among the rows of which a share may go',
        edits: [
          {
            file: 'sync/streams/removals.ts',
            find: 'const others = rows - dropped',
            replace: 'const others = rows + 0 * dropped',
          },
        ],
        caughtBy: "live records that vanish with what HubSpot's bin drops are spared by a census",
        says: /^live rows were removed/,
      },
    ],
  },
  {
    number: 33,
    mistake: 'What is calculated is told by the flag alone',
    mutants: [
      {
        does: 'takes what bears the flag `calculated` for all that HubSpot calculates',
        edits: [
          {
            file: 'extract/property-reader.ts',
            find: 'return calculated === true || byType || byFormula',
            replace: 'return calculated === true',
          },
        ],
        caughtBy: 'a custom calculation and a roll-up are fresh after a refresh',
        says: /^margin is null/,
      },
      {
        does: 'looks at the field type and not at the formula',
        edits: [
          {
            file: 'extract/property-reader.ts',
            find: 'return calculated === true || byType || byFormula',
            replace: 'return calculated === true || byType',
          },
        ],
        caughtBy: 'a custom calculation and a roll-up are fresh after a refresh',
        says: /^days_open is null/,
      },
    ],
  },
  {
    number: 34,
    mistake: "A user's name for an object stands beside names of one's own",
    mutants: [
      {
        does: 'takes an object that is called as one of its jobs',
        edits: [
          {
            file: 'objects/reserved-names.ts',
            find: "  ...called('the job of associations, their streams, and its path', 'associations'),\n",
            replace: '',
          },
        ],
        caughtBy: 'an object that is called as a job hides no failure behind its success',
        says: /^it says complete/,
      },
      {
        does: 'takes an object that is called as one of its streams',
        edits: [
          {
            file: 'objects/reserved-names.ts',
            find: "  ...called('the job and the stream of the records that were enqueued', 'queue'),\n",
            replace: '',
          },
        ],
        caughtBy: 'an object that is called as a stream leaves that stream alone',
        says: /the stream is broken/,
      },
    ],
  },
]

/** All mutants by name: the trap's number, and a letter. */
export const mutants: ReadonlyMap<string, Mutant & { trap: number }> = new Map(
  traps.flatMap(({ number, mutants }) =>
    mutants.map((mutant, index) => [`${number}${'abcdefgh'[index]}`, { ...mutant, trap: number }]),
  ),
)

export function mutantNamed(name: string): Mutant {
  const found = mutants.get(name)
  if (!found) throw new Error(`Expected a mutant such as 5a, got "${name}"`)
  return found
}
