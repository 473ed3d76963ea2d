import { createHash } from 'node:crypto'

/** A file that a page loads. */
export interface Asset {
  body: string
  headers: Readonly<Record<string, string>>
}

export function asset(body: string, type: string): Asset {
  return Object.freeze({
    body,
    headers: Object.freeze({
      'content-type': `${type}; charset=utf-8`,
      // Safe, because the URL contains a hash of the content: see `versionOf`.
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    }),
  })
}

/** A hash of the content of a file, for its URL. */
export function versionOf({ body }: Asset): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 12)
}
