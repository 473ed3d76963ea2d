import { loadTelemetry } from '../../../packages/core/src/sync/tell/telemetry.js'
import type { Database, DatabaseKind } from './databases.js'
import type { Event, Story } from './events.js'
import { World } from './world.js'

/** Plays a story on a database of its own. If mirror and portal differ, the error has the log of the story. */
export async function tellOn(kind: DatabaseKind, story: Story): Promise<void> {
  const log: string[] = []
  const database = await kind.open()
  try {
    await tellStory(story, database, log)
  } catch (error) {
    throw new Error(`${(error as Error).stack}\n\nWhat happened:\n${log.join('\n')}`)
  } finally {
    await database.close()
  }
}

/** Plays a story, then lets HubSpot catch up, and compares the mirror with it. The events are added to `log`. */
async function tellStory(story: Story, database: Database, log: string[]): Promise<void> {
  // A first run loads it from the disk, which takes time that no clock here counts.
  await loadTelemetry()
  const world = new World(story, database, log)
  if (story.setting.backfilled) await world.begin()
  for (const [index, event] of story.events.entries()) {
    log.push(`${index + 1}. ${nameOf(event)}`)
    await world.happen(event)
  }
  log.push('At the end:')
  await world.end()
}

function nameOf(event: Event): string {
  if (event.what === 'change') return event.change.what
  if (event.what === 'acts') return event.acts.map(({ act }) => act.what).join(' beside ')
  return event.what
}
