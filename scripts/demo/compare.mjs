/**
 * Compares a portal with its mirror, record by record and association by association. It shares no code with the
 * mirror: it reads the portal directly, and the copy with SQL.
 *
 * @param truth - `records(type, archived)` and `associations(from, to)`, each an (async) iterable
 * @param query - runs SQL and returns lines
 * @returns the numbers of compared records and associations, and the first differences
 */
export async function compare(truth, query, portalId) {
  const counted = {}
  const differences = []
  for (const type of ['contacts', 'companies', 'deals']) {
    const lines = await query(
      `SELECT source_id, source_status, source_updated_at, raw FROM ${type} WHERE portal_id = '${portalId}'`,
    )
    const copies = new Map(lines.map((line) => [line.source_id, line]))
    counted[type] = 0
    for (const archived of [false, true])
      for await (const record of truth.records(type, archived)) {
        counted[type]++
        const copy = copies.get(record.id)
        copies.delete(record.id)
        const wrong = difference(record, archived, copy)
        if (wrong) differences.push(`${type} ${record.id}: ${wrong}`)
      }
    for (const id of copies.keys()) differences.push(`${type} ${id}: in the mirror alone`)
  }
  for (const [from, to] of [
    ['contacts', 'companies'],
    ['contacts', 'deals'],
    ['deals', 'companies'],
  ]) {
    const lines = await query(
      `SELECT from_id, to_id, category, type_id, label FROM ${from}_${to} WHERE portal_id = '${portalId}'`,
    )
    const copies = new Set(lines.map((line) => Object.values(line).join(' ')))
    counted[`${from} → ${to}`] = 0
    for await (const { fromId, toId, category, typeId, label } of truth.associations(from, to)) {
      counted[`${from} → ${to}`]++
      const link = [fromId, toId, category, typeId, label].join(' ')
      if (!copies.delete(link)) differences.push(`${from} → ${to}: ${link} is missing`)
    }
    for (const link of copies) differences.push(`${from} → ${to}: ${link} is in the mirror alone`)
  }
  return { counted, differences }
}

function difference(record, archived, copy) {
  if (!copy) return 'missing in the mirror'
  if (copy.source_status !== (archived ? 'ARCHIVED' : 'ACTIVE'))
    return `is ${copy.source_status} in the mirror`
  if (new Date(copy.source_updated_at).getTime() !== new Date(record.updatedAt).getTime())
    return `changed at ${record.updatedAt}, in the mirror at ${copy.source_updated_at}`
  const { properties } = typeof copy.raw === 'string' ? JSON.parse(copy.raw) : copy.raw
  for (const [name, value] of Object.entries(properties))
    if (name in record.properties && (value ?? '') !== (record.properties[name] ?? ''))
      return `${name} is ${JSON.stringify(record.properties[name])}, in the mirror ${JSON.stringify(value)}`
  return undefined
}

/** Reads an emulated portal. */
export function truthOfPortal(portal) {
  return {
    records: (type, archived) => portal.records(type, { archived }),
    associations: (from, to) => portal.associations(from, to),
  }
}

/** Reads a real portal over HTTP, with only `fetch`, at ten calls a second. */
export function truthOfApi(baseUrl, token) {
  const ask = async (path, body) => {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const response = await fetch(`${baseUrl}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!response.ok) throw new Error(`HubSpot answered ${response.status} to ${path}`)
    return response.json()
  }
  const properties = {
    contacts: 'email,firstname,lastname,phone,lifecyclestage,hubspot_owner_id',
    companies: 'name,domain,phone,city,country,industry,hubspot_owner_id',
    deals: 'dealname,dealstage,pipeline,amount,closedate,hubspot_owner_id',
  }
  async function* records(type, archived) {
    for (let after; ; ) {
      const query = new URLSearchParams({
        limit: '100',
        archived: String(archived),
        properties: properties[type],
        ...(after ? { after } : {}),
      })
      const page = await ask(`/crm/objects/2026-03/${type}?${query}`)
      yield* page.results
      after = page.paging?.next?.after
      if (!after) return
    }
  }
  async function* associations(from, to) {
    const ids = []
    for await (const { id } of records(from, false))
      if (ids.push({ id }) === 1_000) yield* sets(ids.splice(0))
    if (ids.length > 0) yield* sets(ids)
    async function* sets(inputs) {
      while (inputs.length > 0) {
        const { results } = await ask(`/crm/associations/2026-03/${from}/${to}/batch/read`, {
          inputs,
        })
        inputs = []
        for (const result of results) {
          for (const { toObjectId, associationTypes } of result.to)
            for (const type of associationTypes)
              yield {
                fromId: result.from.id,
                toId: String(toObjectId),
                category: type.category,
                typeId: type.typeId,
                label: type.label,
              }
          const after = result.paging?.next?.after
          if (after) inputs.push({ id: result.from.id, after })
        }
      }
    }
  }
  return { records, associations }
}
