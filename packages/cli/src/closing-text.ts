import type { HubspotSync, RunReport } from '@hubsync/core'
import type { Session } from './session.js'

/** What stands below the report of a run: how to go on where it ended early, where the mirror is, and a query to try. */
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

/** By the scheme of the store's address. A store that the configuration made may have its tables anywhere. */
const schemas: Record<string, string> = {
  sqlite: '',
  postgres: 'hubspot.',
  postgresql: 'hubspot.',
}
