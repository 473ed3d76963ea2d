import type { ChangeEntry, StoredRow, Tombstone } from '@hubsync/core'
import { memoryStore } from '@hubsync/core'
import { type BrokenStore, committing, reading, storing, writing } from './broken-store.js'

/** Keeps tombstones under another reason, and says what was asked for when they are read. */
const keepingAs =
  (wrong: Tombstone['reason']) => (sound: Parameters<BrokenStore['breakIt']>[0]) => {
    const given = new Map<string, Tombstone>()
    const wronged = committing(({ tombstones = [], ...batch }) => {
      for (const tombstone of tombstones) given.set(tombstone.id, tombstone)
      return { ...batch, tombstones: tombstones.map((each) => ({ ...each, reason: wrong })) }
    })(sound)
    return {
      ...wronged,
      async tombstone(portalId: string, object: string, id: string) {
        return (await sound.tombstone(portalId, object, id)) && (given.get(id) ?? null)
      },
    }
  }

const onText = (change: (text: string) => string) => (value: unknown) =>
  typeof value === 'string' ? change(value) : value

export const brokenContent: readonly BrokenStore[] = [
  {
    does: 'writes a tombstone and leaves the row',
    caughtBy: 'A tombstone removes its row, and can be read',
    breakIt(sound) {
      const given = new Map<string, Tombstone>()
      return {
        ...committing(({ tombstones = [], ...batch }) => {
          for (const tombstone of tombstones) given.set(tombstone.id, tombstone)
          return batch
        })(sound),
        tombstone: async (_, __, id) => given.get(id) ?? null,
      }
    },
  },
  {
    does: 'lets a merged id come back when it is modified',
    caughtBy: 'A merged id never comes back',
    breakIt: keepingAs('purged'),
  },
  {
    does: 'never lets a purged id come back',
    caughtBy: 'A purged id comes back only with a version modified after the tombstone',
    breakIt: keepingAs('merged'),
  },
  {
    does: 'forgets tombstones of ids that it does not have',
    caughtBy: 'A tombstone for an id that is not here is kept, and is no change',
    breakIt: committing(async (batch, sound) => {
      const tombstones: Tombstone[] = []
      for (const each of batch.tombstones ?? [])
        if (await sound.get(batch.portalId, each.object, each.id)) tombstones.push(each)
      return { ...batch, tombstones }
    }),
  },
  {
    does: 'leaves the content of removed records in the feed',
    caughtBy: 'What is removed leaves no content, in whatever table',
    breakIt(sound) {
      const told = new Map<number, ChangeEntry>()
      return {
        ...sound,
        async commit(batch) {
          for (const entry of await sound.changes(batch.portalId, { limit: 1000 }))
            if (!told.has(entry.seq)) told.set(entry.seq, entry)
          return sound.commit(batch)
        },
        changes: async (portalId, page) =>
          (await sound.changes(portalId, page)).map((entry) => told.get(entry.seq) ?? entry),
      }
    },
  },
  {
    does: 'erases the content of all records in the feed when one is removed',
    caughtBy: 'The content of other records stays when one is removed',
    breakIt: (sound) => ({
      ...sound,
      async changes(portalId, page) {
        const entries = await sound.changes(portalId, page)
        const erased = entries.some(({ kind }) => kind === 'removed' || kind === 'merged')
        return erased ? entries.map((entry) => ({ ...entry, columns: {} })) : entries
      },
    }),
  },
  {
    does: 'carries decimals through floating-point numbers',
    caughtBy: 'A value of the kind decimal comes back as it went in',
    breakIt: storing(onText((text) => (/^-?\d+\.\d+$/.test(text) ? String(Number(text)) : text))),
  },
  {
    does: 'carries integers through 32 bits',
    caughtBy: 'A value of the kind integer comes back as it went in',
    breakIt: storing((value) => (Number.isInteger(value) ? Number(value) | 0 : value)),
  },
  {
    does: 'carries numbers through single precision',
    caughtBy: 'A value of the kind number comes back as it went in',
    breakIt: storing((value) => (typeof value === 'number' ? Math.fround(value) : value)),
  },
  {
    does: 'gives booleans back as numbers',
    caughtBy: 'A value of the kind boolean comes back as it went in',
    breakIt: storing((value) => (typeof value === 'boolean' ? Number(value) : value)),
  },
  {
    does: 'takes dates for moments of a zone west of Greenwich',
    caughtBy: 'A value of the kind date comes back as it went in',
    breakIt: storing(
      onText((text) =>
        /^\d{4}-\d{2}-\d{2}$/.test(text)
          ? new Date(Date.parse(text) - 3_600_000).toISOString().slice(0, 10)
          : text,
      ),
    ),
  },
  {
    does: 'keeps moments to the second',
    caughtBy: 'A value of the kind datetime comes back as it went in',
    breakIt: storing(onText((text) => text.replace(/\.\d{3}Z$/, '.000Z'))),
  },
  {
    does: 'keeps lists as text with commas',
    caughtBy: 'A value of the kind list comes back as it went in',
    breakIt: storing((value) => (Array.isArray(value) ? value.join(',').split(',') : value)),
  },
  {
    does: 'takes an empty text for none',
    caughtBy: 'A value of the kind text comes back as it went in',
    breakIt: storing((value) => (value === '' ? null : value)),
  },
  {
    does: 'cuts texts at 65,535 characters',
    caughtBy: 'A text comes back as it went in: 65,536 characters',
    breakIt: storing(onText((text) => text.slice(0, 65_535))),
  },
  {
    does: 'trims texts',
    caughtBy: 'A text comes back as it went in: whitespace',
    breakIt: storing(onText((text) => text.trim())),
  },
  {
    does: 'normalises texts',
    caughtBy: 'A text comes back as it went in: combining marks',
    breakIt: storing(onText((text) => text.normalize('NFC'))),
  },
  {
    does: 'keeps characters of up to three bytes',
    caughtBy: 'A text comes back as it went in: emoji',
    breakIt: storing(onText((text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, '?'))),
  },
  {
    does: 'cuts texts at NUL',
    caughtBy: 'A text with NUL in it comes back as it went in',
    breakIt: storing(onText((text) => text.split('\0', 1)[0] ?? '')),
  },
  {
    does: 'compares texts before the database has changed them',
    caughtBy:
      'Half a surrogate pair is replaced in columns, kept in raw, and no reason to write twice',
    breakIt: writing((row, known) =>
      known && row.values.text !== known.values.text ? { ...row, url: `${known.url}#` } : row,
    ),
  },
  {
    does: 'takes ids for numbers',
    caughtBy: 'An id is a text of its own, whatever it looks like',
    breakIt: writing((row) => ({
      ...row,
      id: Number.isNaN(Number(row.id)) ? row.id : String(Number(row.id)),
    })),
  },
  {
    does: 'keeps the keys of raw that it knows',
    caughtBy: 'The raw object comes back whole',
    breakIt: reading((row) => {
      const { id, properties, createdAt, updatedAt, archived } = row.raw
      return { ...row, raw: { id, properties, createdAt, updatedAt, archived } }
    }),
  },
  {
    does: 'gives out the very rows that it holds',
    caughtBy: 'What was given or got can be changed without changing the store',
    breakIt(sound) {
      const held = new Map<string, StoredRow>()
      return {
        ...sound,
        async get(portalId, object, id) {
          const row = held.get(`${object}/${id}`) ?? (await sound.get(portalId, object, id))
          if (row) held.set(`${object}/${id}`, row)
          return row
        },
      }
    },
  },
  {
    does: 'gives the feed of every portal',
    caughtBy: 'A portal reads as empty while another one is full',
    breakIt(sound) {
      const portals = new Set<string>()
      return {
        ...committing((batch) => {
          portals.add(batch.portalId)
          return batch
        })(sound),
        changes: async (_, page) =>
          (await Promise.all([...portals].map((each) => sound.changes(each, page)))).flat(),
      }
    },
  },
  {
    does: 'keeps the rows of all portals together',
    caughtBy: 'Every read of a portal is the same with another one beside it',
    breakIt: (sound) => ({
      ...sound,
      commit: (batch) => sound.commit({ ...batch, portalId: '1' }),
      get: (_, object, id) => sound.get('1', object, id),
      related: (_, pair, end) => sound.related('1', pair, end),
    }),
  },
  {
    does: 'heeds the tombstones of every portal',
    caughtBy: 'A tombstone holds in its own portal alone',
    breakIt(sound) {
      const buried = new Set<string>()
      const heeding = writing((row) => (buried.has(row.id) ? undefined : row))(sound)
      return {
        ...heeding,
        async commit(batch) {
          for (const { id } of batch.tombstones ?? []) buried.add(id)
          return heeding.commit(batch)
        },
      }
    },
  },
  {
    does: 'moves the first run of a portal',
    caughtBy: 'Portals are pinned side by side, and each keeps its first run',
    breakIt: (sound) => ({
      ...sound,
      portals: async () =>
        (await sound.portals()).map((each) => ({ ...each, firstRunAt: each.lastRunAt })),
    }),
  },
  {
    does: 'pins a portal that it was given rows of',
    caughtBy: 'A portal that was only written to is not pinned',
    breakIt(sound) {
      const seen = new Set<string>()
      return {
        ...committing((batch) => {
          seen.add(batch.portalId)
          return batch
        })(sound),
        portals: async () =>
          [...seen].map((portalId) => ({
            ...{ portalId, uiDomain: '', timeZone: '', firstRunAt: '', lastRunAt: '' },
          })),
      }
    },
  },
  {
    does: 'empties its tables when it migrates again',
    caughtBy: 'Migrating again changes nothing',
    breakIt(sound) {
      let current = sound
      const methods = Object.keys(sound) as (keyof typeof sound)[]
      const through = methods.map((name) => [
        name,
        (...given: never[]) => (current[name] as (...given: never[]) => unknown)(...given),
      ])
      return {
        ...Object.fromEntries(through),
        async migrate(schema) {
          current = memoryStore()
          await current.migrate(schema)
        },
      } as typeof sound
    },
  },
  {
    does: 'does not add columns to a table that is there',
    caughtBy: 'Migrating adds columns, objects and pairs, and keeps what is there',
    breakIt(sound) {
      let migrated = false
      return {
        ...sound,
        async migrate(schema) {
          if (!migrated) await sound.migrate(schema)
          migrated = true
        },
      }
    },
  },
]
