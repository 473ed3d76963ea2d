import type { ApiRequester } from '@hubsync/core'

/** An object of a reply. */
export type Json = Record<string, unknown>
type Request = Parameters<ApiRequester['apiRequest']>[0]

/** A record as its replies together have it. */
interface TakenRecord {
  id: string
  properties: Record<string, string | null>
  createdAt: string
  updatedAt: string
  archived: boolean
}

/** An association type as HubSpot tells it. */
export interface TakenType {
  category: string
  typeId: number
  label: string | null
}

/** What the replies of a portal have told, by object type or by directed pair. */
export interface Taken {
  records: Map<string, Map<string, TakenRecord>>
  properties: Map<string, Map<string, Json>>
  pipelines: Map<string, Map<string, Json>>
  owners: Map<string, Json>
  schemas: Map<string, Json>
  types: Map<string, TakenType[]>
  links: Map<string, Map<string, Map<string, TakenType[]>>>
}

/** The reads that a mirror makes. Nothing else is sent. */
const READS = /\/(search|batch\/read)$/

const VERSION = String.raw`(?:v\d|\d{4}-\d{2}(?:-beta)?)`
const paths = {
  records: new RegExp(`^/crm/(?:v3/objects|objects/${VERSION})/([^/]+)(/batch/read|/search)?$`),
  properties: new RegExp(`^/crm/(?:v3/properties|properties/${VERSION})/([^/]+)$`),
  pipelines: new RegExp(`^/crm/(?:v3/pipelines|pipelines/${VERSION})/([^/]+)(/[^/]+)?$`),
  owners: new RegExp(`^/crm/(?:v3/owners|owners/${VERSION})(/[^/]+)?$`),
  schemas: new RegExp(`^/(?:crm/v3/schemas|crm-object-schemas/${VERSION}/schemas)$`),
  types: new RegExp(`^/crm/(?:v4/associations|associations/${VERSION})/([^/]+)/([^/]+)/labels$`),
  links: new RegExp(
    `^/crm/(?:v4/associations|associations/${VERSION})/([^/]+)/([^/]+)/batch/read$`,
  ),
}

/** Sends a request as it is, with the token that core gives it. */
function send(baseUrl: string, { method, path, qs, body, headers, signal }: Request) {
  const url = new URL(`${baseUrl.replace(/\/$/, '')}${path}`)
  for (const [name, value] of Object.entries(qs ?? {})) url.searchParams.set(name, value)
  return fetch(url, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    signal: signal ?? null,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** HubSpot for a mirror, by reads alone, and what it has told. `most`: how many records of a type are read. */
export function createRecorder(
  baseUrl: string,
  most: number,
): { client: ApiRequester; taken: Taken } {
  const taken: Taken = {
    records: new Map(),
    properties: new Map(),
    pipelines: new Map(),
    owners: new Map(),
    schemas: new Map(),
    types: new Map(),
    links: new Map(),
  }
  const client: ApiRequester = {
    async apiRequest(request) {
      if (request.method !== 'GET' && !(request.method === 'POST' && READS.test(request.path)))
        throw new Error(`Expected a read, got ${request.method} ${request.path}.`)
      const response = await send(baseUrl, request)
      const text = await response.text()
      const body = response.status < 300 ? parsed(text) : undefined
      const cut = body && take(taken, request, body, most)
      const { status, headers } = response
      return { status, headers, text: async () => (cut ? JSON.stringify(cut) : text) }
    },
  }
  return { client, taken }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** Takes what a reply tells. Returns another reply for a list that has enough of a type. */
function take(taken: Taken, { path, qs }: Request, body: Json, most: number): Json | undefined {
  const results = objectsIn(body.results)
  const [, type = '', kind] = paths.records.exec(path) ?? []
  if (type !== '') return takeRecords(taken, type, { body, results, kind, most })
  const [, defined] = paths.properties.exec(path) ?? []
  if (defined && qs?.archived !== 'true') keep(taken.properties, defined, 'name', results)
  const [, staged, one] = paths.pipelines.exec(path) ?? []
  if (staged) keep(taken.pipelines, staged, 'id', one ? [body] : results)
  const owner = paths.owners.exec(path)
  if (owner) for (const each of owner[1] ? [body] : results) taken.owners.set(String(each.id), each)
  if (paths.schemas.test(path))
    for (const each of results) taken.schemas.set(String(each.objectTypeId), each)
  const [, from, to] = paths.types.exec(path) ?? []
  if (from) taken.types.set(`${from}>${to}`, results as unknown as TakenType[])
  takeLinks(taken, path, results)
  return undefined
}

/** The objects in a list. A reply may have something else in its place. */
export function objectsIn(list: unknown): Json[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'object' && each !== null) : []
}

function keep(
  into: Map<string, Map<string, Json>>,
  type: string,
  key: string,
  results: readonly Json[],
): void {
  const known = into.get(type) ?? new Map<string, Json>()
  for (const each of results) known.set(String(each[key]), each)
  into.set(type, known)
}

function takeRecords(
  { records }: Taken,
  type: string,
  {
    body,
    results,
    kind,
    most,
  }: { body: Json; results: Json[]; kind: string | undefined; most: number },
): Json | undefined {
  const known = records.get(type) ?? new Map<string, TakenRecord>()
  records.set(type, known)
  const shown: Json[] = []
  for (const each of results as unknown as TakenRecord[]) {
    const before = known.get(each.id)
    if (!before && known.size >= most) continue
    // The parts of a record come in several replies, and search has few of them.
    known.set(each.id, { ...each, properties: { ...before?.properties, ...each.properties } })
    shown.push(each as unknown as Json)
  }
  if (shown.length === results.length && known.size < most) return undefined
  const { paging: _, ...last } = body
  return kind === undefined ? { ...last, results: shown } : { ...body, results: shown }
}

function takeLinks({ links }: Taken, path: string, results: readonly Json[]): void {
  const [, from, to] = paths.links.exec(path) ?? []
  if (!from) return
  const ofPair = links.get(`${from}>${to}`) ?? new Map<string, Map<string, TakenType[]>>()
  links.set(`${from}>${to}`, ofPair)
  for (const each of results) {
    const { id: given } = (each.from ?? {}) as Json
    if (given === undefined) continue
    const id = String(given)
    const ends = ofPair.get(id) ?? new Map<string, TakenType[]>()
    ofPair.set(id, ends)
    for (const { toObjectId, associationTypes } of objectsIn(each.to))
      ends.set(String(toObjectId), objectsIn(associationTypes) as unknown as TakenType[])
  }
}
