import type { HubspotSync, RunReport } from '@hubsync/core'
import type { Session } from './session.js'

/** The lines below the report: how to go on if it ended early, where the mirror is, and a query to try. */
export function closingText(
  session: Session,
  { status, jobs }: RunReport,
  { objects }: Pick<HubspotSync, 'objects'>,
): string[] {
  const isSaid = Object.values(jobs).some(({ reason }) => /run again/i.test(reason ?? ''))
  const lines = status === 'partial' && !isSaid ? ['Run again to go on.'] : []
  const [object] = objects
  const schema = schemas[session.store.split(':')[0] ?? '']
  if (object === undefined || schema === undefined) return lines
  return [
    ...lines,
    `The mirror is in ${session.store}. A query to try:`,
    `  SELECT source_id, source_updated_at FROM ${schema}${object.name} ORDER BY 2 DESC LIMIT 5;`,
  ]
}

/** By the scheme of the store's address. For a store of the configuration's own the schema isn't known. */
const schemas: Record<string, string> = {
  sqlite: '',
  postgres: 'hubspot.',
  postgresql: 'hubspot.',
}
