import { describe, expect, test } from 'vitest'
import { renderStatusPage } from '../../src/status-page/render-status-page.js'
import { statusPageAssets } from '../../src/status-page/status-page-assets.js'
import { input, job, lastError, now, run, runningRun, status } from './sample.js'

/** The text of a page, without its tags. */
const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(' ,', ',')

const render = (more: Parameters<typeof input>[0] = {}) => {
  const { html, headers } = renderStatusPage(input(more))
  return { html, headers, text: textOf(html) }
}

describe('the status page', () => {
  test('says before the first run that nothing is mirrored yet', () => {
    const { html, text } = render({ status: null, runs: [] })
    expect(text).toContain('Mirror of HubSpot Not mirrored yet')
    expect(text).toContain('The first run reads everything.')
    expect(html).not.toContain('<svg viewBox="0 0 600')
  })

  test('shows rows, phase and completeness of every object', () => {
    const { text } = render()
    expect(text).toContain(
      'contacts 184,210 and 1,203 archived up to date 4 min ago 2026-06-01 11:56',
    )
    expect(text).toContain(
      'companies 41,877 and 96 archived up to date; 2 parts of a change window open',
    )
    expect(text).toContain('deals 9,314 first read, 9,314 of about 30,000 not yet')
    expect(text).toContain('tickets 0 not read yet not yet')
  })

  test('shows when associations were last read', () => {
    const { text } = render()
    expect(text).toContain('contacts_companies read 8 h ago')
    expect(text).toContain('deals_companies not read yet, 3 records unanswered')
  })

  test('shows how the last run ended', () => {
    expect(render().text).toContain('Complete last run ended 4 min ago, after 12 s')
    expect(render({ runs: [run(3, { status: 'failed' })] }).text).toContain('Failed last run ended')
  })

  test('shows the progress of running jobs, the waiting jobs and the ended jobs', () => {
    const progress = {
      contacts: job(1_200, 4_000),
      deals: job(7),
      companies: { ...job(12), status: 'failed' as const },
    }
    const { html, text } = render({ runs: [runningRun(1.5, progress), run(60)] })
    expect(text).toContain('Running last run ended 59 min ago')
    expect(text).toContain('contacts 1,200 of 4,000, started 1 min ago')
    expect(text).toContain('deals 7 so far')
    expect(text).toContain('Waiting: associations')
    expect(text).toContain('Done: companies (failed)')
    expect(html).toContain('max="4000" value="1200"')
    expect(html).toContain('data-refresh="3"')
  })

  test('shows a run whose process died', () => {
    const { text } = render({ runs: [{ ...runningRun(2), status: 'lost' }] })
    expect(text).toContain('Interrupted The process of the last run died.')
    expect(text).toContain('lost not known 0 0 none')
  })

  test('shows the last error, and what to do about it', () => {
    const { text } = render({ status: { ...status, lastError } })
    expect(text).toContain('Last error, 4 min ago')
    expect(text).toContain('the token lacks crm.objects.deals.read.')
    expect(text).toContain('What to do: Grant the token')
    expect(text).toContain('Correlation id f0c1d2e3-0000-4000-8000-000000000001')
  })

  test('shows the last error of each other object too, each once and under a heading of its own', () => {
    const { contacts, deals } = status.objects
    const other = { ...lastError, job: 'contacts', message: 'HubSpot refused to list contacts.' }
    const objects = {
      ...status.objects,
      contacts: { ...contacts, lastError: other },
      deals: { ...deals, lastError },
    } as typeof status.objects
    const { html, text } = render({ status: { ...status, objects, lastError } })
    expect(text.match(/HubSpot refused to list \w+/g)).toEqual([
      'HubSpot refused to list deals',
      'HubSpot refused to list contacts',
    ])
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(ids).toEqual([...new Set(ids)])
  })

  test('draws the last runs with a title and a description, and lists their figures in a table', () => {
    const { html, text } = render({
      runs: [
        run(5),
        run(65, { status: 'partial' }),
        run(125, { status: 'failed', error: { code: 'MISSING_SCOPE', message: 'No scope.' } }),
      ],
    })
    expect(html.match(/<rect class="bar bar-\w+" x="5\d\d/g)).toHaveLength(3)
    expect(html).toContain('role="img" aria-labelledby="chart-title chart-description"')
    expect(text).toContain(
      'Bars for the time that each run took, oldest first: 1 complete, 1 partial, 1 failed.',
    )
    expect(text).toContain('2026-06-01 09:55 2 h ago failed 12 s 125 38 No scope.')
  })

  test.each([0, 1, 1_000, 59_999, 3_600_000, 400 * 3_600_000])(
    'draws a run of %d ms within the chart',
    (duration) => {
      const finishedAt = new Date(now - 5 * 60_000 + duration).toISOString()
      const { html } = render({ runs: [run(5, { finishedAt })] })
      const [, y = '', height = ''] =
        /class="bar bar-complete" x="[\d.]+" y="([\d.]+)" width="14" height="([\d.]+)"/.exec(
          html,
        ) ?? []
      expect(Number(height)).toBeGreaterThanOrEqual(3)
      expect(Number(y)).toBeGreaterThanOrEqual(0)
      expect(Number(y) + Number(height)).toBeCloseTo(160)
    },
  )

  test('says by which columns without an index lists were filtered', () => {
    const unindexedFilters = [{ object: 'contacts', column: 'city', rows: 120_000 }]
    const { text } = render({ status: { ...status, unindexedFilters } })
    expect(text).toContain('contacts is filtered by city, which has no index')
    expect(text).toContain('120,000 rows')
    expect(render().text).not.toContain('Filters')
  })

  test('says how the tables differ from the definitions', () => {
    const at = (minutes: number) => new Date(now - minutes * 60_000).toISOString()
    const part = { column: null, since: null, shared: false }
    const { text } = render({
      status: {
        ...status,
        definitions: {
          added: [
            {
              table: 'contacts',
              isNew: false,
              columns: ['town'],
              properties: [],
              filledFrom: 'hubspot',
              calls: 1_843,
            },
          ],
          stale: [
            { ...part, table: 'deals', rows: 10_000, since: at(120) },
            { ...part, table: 'contacts', column: 'job', rows: 1, shared: true },
            { ...part, table: 'tickets', rows: 7, keptAt: at(5) },
          ],
          refused: [{ table: 'contacts', column: 'age', was: 'text', kind: 'integer' }],
        },
      },
    })
    expect(text).toContain(
      'Definitions that changed Added by the next run contacts.town, read again: 1,843 calls',
    )
    expect(text).toContain(
      'no longer written deals: 10,000 rows or more, since 2 h ago contacts.job: 1 row, stays for other portals hubsync prune drops it.',
    )
    expect(text).toContain('kept by another process tickets: 7 rows, written by a run 5 min ago')
    expect(text).toContain(
      'Refused contacts.age has values of the kind text, but the definition says integer.',
    )
    expect(render().text).not.toContain('Definitions')
  })

  test('escapes all values', () => {
    const evil = `"><script>alert('x')</script><img src=x onerror=alert(1)>&`
    const [portal, contact] = [status.portal, status.objects.contacts as never]
    const { html } = render({
      status: {
        portal: { ...portal, portalId: evil },
        objects: { [evil]: contact },
        associations: { [evil]: { sweptAt: evil, unanswered: 1 } },
        working: [],
        unindexedFilters: [{ object: evil, column: evil, rows: 1 }],
        definitions: {
          added: [
            {
              table: evil,
              isNew: true,
              columns: [evil],
              properties: [evil],
              filledFrom: 'raw',
              calls: 0,
            },
          ],
          stale: [
            { table: evil, column: evil, rows: 1, since: evil, shared: true },
            { table: evil, column: evil, rows: 1, since: null, shared: true, keptAt: evil },
          ],
          refused: [{ table: evil, column: evil, was: evil as 'text', kind: evil as 'integer' }],
        },
        lastError: {
          ...lastError,
          job: evil,
          message: evil,
          advice: evil,
          category: evil,
          code: evil,
        },
      },
      runs: [
        { ...runningRun(2, { [evil]: job(1) }), jobs: [evil, 'b'], startedAt: evil },
        run(5, {
          id: evil,
          jobs: [evil],
          startedAt: evil,
          status: evil as never,
          error: { code: evil, message: evil },
        }),
      ],
      basePath: evil,
    })
    expect(html.match(/<script/g)).toHaveLength(1)
    expect(html).not.toMatch(/<img|alert\('x'\)/)
    expect(html.replaceAll(/"[^"<>]*"/g, '""')).not.toMatch(/onerror=alert\(1\)[^&]/)
  })

  test('allows only scripts and styles that the handler serves', () => {
    const { html, headers } = render({ basePath: '/crm', status: { ...status, lastError } })
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    )
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*/)
    expect(html).not.toMatch(/ style=|<style| on\w+=/)
    const addresses = [...html.matchAll(/ (?:src|href)="([^"]+)"/g)].map(([, address]) => address)
    expect(addresses).not.toHaveLength(0)
    for (const address of addresses) expect(address).toMatch(/^(\/crm\/|data:image)/)
  })

  test('has versions in the URLs of its assets, so that they can be cached', () => {
    const { html } = render()
    for (const name of ['status-page.css', 'status-page.js'] as const) {
      expect(html).toMatch(new RegExp(`"/${name}\\?version=[0-9a-f]{12}"`))
      expect(statusPageAssets[name].headers['cache-control']).toContain('immutable')
    }
  })

  test('refreshes itself if scripts are disabled', () => {
    expect(render().html).toContain('<noscript><meta http-equiv="refresh" content="30"></noscript>')
  })
})

describe('the colours of the status page', () => {
  const { body } = statusPageAssets['status-page.css']
  const schemes = [...body.matchAll(/:root \{([^}]+)\}/g)].map(([, block]) =>
    Object.fromEntries(
      [...(block as string).matchAll(/--([\w-]+): #([0-9a-f]{6})/g)].map(([, name, hex]) => [
        name,
        hex,
      ]),
    ),
  )
  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((start) => {
      const part = Number.parseInt(hex.slice(start, start + 2), 16) / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const contrast = (one: string, other: string) => {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }

  test.each([
    ...['ink', 'quiet', 'now', 'bad'].flatMap((text) => [
      [text, 'ground', 4.5],
      [text, 'surface', 4.5],
    ]),
    ...['good', 'warn', 'bad', 'now'].map((text) => [text, `${text}-ground`, 4.5]),
    // Bars and outlines aren't text, so they need less contrast.
    ...['accent', 'bad', 'warn'].map((mark) => [mark, 'surface', 3]),
  ] as [string, string, number][])(
    '%s stand out from %s by %d to 1, light and dark',
    (one, other, least) => {
      expect(schemes).toHaveLength(2)
      for (const colours of schemes)
        expect(contrast(colours[one] ?? '', colours[other] ?? '')).toBeGreaterThanOrEqual(least)
    },
  )
})
