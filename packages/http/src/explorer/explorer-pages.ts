import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ObjectDefinition } from '@hubsync/core'
import type { Context } from 'hono'
import type { HandlerContext } from '../context.js'
import { inTime, PATIENCE_MS } from '../in-time.js'
import type { Markup } from '../pages/markup.js'
import { pageHeaders, renderPage } from '../pages/page.js'
import { viewerOf } from '../pages/viewer.js'
import { addPath } from '../paths.js'
import { noSuchObject, Problem } from '../problem.js'
import { honoPath } from '../router.js'
import { Cells } from './cells.js'
import { readChoices } from './choices.js'
import { knownZone } from './moments.js'
import { isPeople, people, peopleChoices } from './people.js'
import { Remembered } from './remembered.js'

/** How long what is known of the portal, and the labels of choices, are kept. */
const PORTAL_MS = 10 * 60_000
const CHOICES_MS = 60_000

/** What a page shows. */
export interface Shown {
  title: string
  main: Markup
  isWide?: boolean
  status?: 200 | 400
}

/** What the pages of the explorer have in common. */
export type ExplorerPages = ReturnType<typeof createExplorerPages>

export function createExplorerPages(app: OpenAPIHono, context: HandlerContext) {
  const { guard, paths, basePath, reader } = context
  const portal = new Remembered(PORTAL_MS, async (signal) => {
    const { portal, reference } = await reader.status({ signal })
    return { timeZone: knownZone(portal.timeZone), hasPeople: reference.owners !== undefined }
  })
  const choices = new Map(
    reader.objects.map((object) => [
      object.name,
      new Remembered(CHOICES_MS, (signal) => readChoices(reader, object, signal)),
    ]),
  )
  return {
    /** The path of the explorer. */
    path: `${basePath}/explorer`,
    portal,

    /** Serves a page, or another reply, to whoever may read. */
    serve(under: string, answer: (c: Context, signal: AbortSignal) => Promise<Shown | Response>) {
      addPath(paths, 'read', 'get', `/explorer${under}`)
      app.get(honoPath(`/explorer${under}`), guard.requires('read'), (c) =>
        inTime(PATIENCE_MS, c.req.raw.signal, async (signal) => {
          const shown = await answer(c, signal)
          if (shown instanceof Response) return shown
          const { status = 200, title, ...page } = shown
          const viewer = await viewerOf(guard, c.req.raw)
          const place = 'explorer' as const
          const html = renderPage({ title: `${title}: hubsync`, ...page, viewer, basePath, place })
          return new Response(html, { status, headers: pageHeaders })
        }),
      )
    },

    /** The object that a path names. */
    objectOf({ req }: Context): ObjectDefinition {
      const all = [...reader.objects, ...people]
      const object = all.find(({ name }) => name === req.param('object'))
      if (object) return object
      throw noSuchObject(reader.objects, 'Expected the name of an object in the mirror.')
    },

    /** The id that a path names. */
    idOf({ req }: Context): string {
      const id = req.param('id') ?? ''
      if (/^\d{1,20}$/.test(id)) return id
      throw new Problem(404, 'NOT_FOUND', 'Expected the id of a record: 1 to 20 digits.')
    },

    /** How the values of an object are shown. */
    async cellsOf(object: ObjectDefinition) {
      const labels = isPeople(object.name) ? peopleChoices : choices.get(object.name)?.get()
      const [{ timeZone }, known] = await Promise.all([portal.get(), labels])
      if (!known) throw noSuchObject(reader.objects, 'Expected the name of an object.')
      return { timeZone, cells: new Cells(object, known, timeZone) }
    },
  }
}
