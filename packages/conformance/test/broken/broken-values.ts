import type { StoredRow } from '@hubsync/core'
import { type BrokenStore, reading, storing, writing } from './broken-store.js'

const onText = (change: (text: string) => string) => (value: unknown) =>
  typeof value === 'string' ? change(value) : value

export const brokenValues: readonly BrokenStore[] = [
  {
    does: 'carries decimals through floating-point numbers',
    caughtBy: 'A value of the kind decimal is read back unchanged',
    breakIt: storing(onText((text) => (/^-?\d+\.\d+$/.test(text) ? String(Number(text)) : text))),
  },
  {
    does: 'carries integers through 32 bits',
    caughtBy: 'A value of the kind integer is read back unchanged',
    breakIt: storing((value) => (Number.isInteger(value) ? Number(value) | 0 : value)),
  },
  {
    does: 'carries numbers through single precision',
    caughtBy: 'A value of the kind number is read back unchanged',
    breakIt: storing((value) => (typeof value === 'number' ? Math.fround(value) : value)),
  },
  {
    does: 'gives booleans back as numbers',
    caughtBy: 'A value of the kind boolean is read back unchanged',
    breakIt: storing((value) => (typeof value === 'boolean' ? Number(value) : value)),
  },
  {
    does: 'takes dates for moments of a zone west of Greenwich',
    caughtBy: 'A value of the kind date is read back unchanged',
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
    caughtBy: 'A value of the kind datetime is read back unchanged',
    breakIt: storing(onText((text) => text.replace(/\.\d{3}Z$/, '.000Z'))),
  },
  {
    does: 'keeps lists as text with commas',
    caughtBy: 'A value of the kind list is read back unchanged',
    breakIt: storing((value) => (Array.isArray(value) ? value.join(',').split(',') : value)),
  },
  {
    does: 'takes an empty text for none',
    caughtBy: 'A value of the kind text is read back unchanged',
    breakIt: storing((value) => (value === '' ? null : value)),
  },
  {
    does: 'cuts texts at 65,535 characters',
    caughtBy: 'A text is read back unchanged: 65,536 characters',
    breakIt: storing(onText((text) => text.slice(0, 65_535))),
  },
  {
    does: 'trims texts',
    caughtBy: 'A text is read back unchanged: whitespace',
    breakIt: storing(onText((text) => text.trim())),
  },
  {
    does: 'normalises texts',
    caughtBy: 'A text is read back unchanged: combining marks',
    breakIt: storing(onText((text) => text.normalize('NFC'))),
  },
  {
    does: 'keeps characters of up to three bytes',
    caughtBy: 'A text is read back unchanged: emoji',
    breakIt: storing(onText((text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, '?'))),
  },
  {
    does: 'cuts texts at NUL',
    caughtBy: 'A text with NUL in it is read back unchanged',
    breakIt: storing(onText((text) => text.split('\0', 1)[0] ?? '')),
  },
  {
    does: 'compares texts before the database has changed them',
    caughtBy:
      'Half a surrogate pair is replaced in columns, kept in raw, and not taken for a change',
    breakIt: writing((row, known) =>
      known && row.values.text !== known.values.text ? { ...row, url: `${known.url}#` } : row,
    ),
  },
  {
    does: 'takes ids for numbers',
    caughtBy: 'Ids are compared as exact texts, whatever they look like',
    breakIt: writing((row) => ({
      ...row,
      id: Number.isNaN(Number(row.id)) ? row.id : String(Number(row.id)),
    })),
  },
  {
    does: 'keeps the keys of raw that it knows',
    caughtBy: 'The raw object is read back whole',
    breakIt: reading((row) => {
      const { id, properties, createdAt, updatedAt, archived } = row.raw
      return { ...row, raw: { id, properties, createdAt, updatedAt, archived } }
    }),
  },
  {
    does: 'gives out the very rows that it holds',
    caughtBy: 'Changing an object that was passed in or returned does not change the store',
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
]
