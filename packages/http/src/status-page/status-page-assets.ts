import { createHash } from 'node:crypto'
import { statusPageScript } from './status-page-script.js'
import { statusPageStyle } from './status-page-style.js'

/** A file that the status page needs. */
export interface StatusPageAsset {
  body: string
  headers: Readonly<Record<string, string>>
}

/** The names of the files, which the handler serves under its base path. */
export type StatusPageAssetName = 'status-page.css' | 'status-page.js'

function asset(body: string, type: string): StatusPageAsset {
  return Object.freeze({
    body,
    headers: Object.freeze({
      'content-type': `${type}; charset=utf-8`,
      // The address names the version: see `assetUrl`.
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    }),
  })
}

/** The style and the script of the status page, by the name under which each is served. */
export const statusPageAssets: Readonly<Record<StatusPageAssetName, StatusPageAsset>> =
  Object.freeze({
    'status-page.css': asset(statusPageStyle, 'text/css'),
    'status-page.js': asset(statusPageScript, 'text/javascript'),
  })

/** Where the page finds an asset, in the version that it was rendered with. */
export function assetUrl(basePath: string, name: StatusPageAssetName): string {
  const version = createHash('sha256')
    .update(statusPageAssets[name].body)
    .digest('hex')
    .slice(0, 12)
  return `${basePath}/${name}?version=${version}`
}
