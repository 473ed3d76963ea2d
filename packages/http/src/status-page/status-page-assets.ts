import { createHash } from 'node:crypto'
import { statusPageScript } from './status-page-script.js'
import { statusPageStyle } from './status-page-style.js'

/** A file that the status page loads. */
export interface StatusPageAsset {
  body: string
  headers: Readonly<Record<string, string>>
}

/** The names of these files. The handler serves them below its base path. */
export type StatusPageAssetName = 'status-page.css' | 'status-page.js'

function asset(body: string, type: string): StatusPageAsset {
  return Object.freeze({
    body,
    headers: Object.freeze({
      'content-type': `${type}; charset=utf-8`,
      // Safe, because the URL contains a hash of the content: see `assetUrl`.
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    }),
  })
}

/** The style and the script of the status page, by file name. */
export const statusPageAssets: Readonly<Record<StatusPageAssetName, StatusPageAsset>> =
  Object.freeze({
    'status-page.css': asset(statusPageStyle, 'text/css'),
    'status-page.js': asset(statusPageScript, 'text/javascript'),
  })

/** The URL of an asset, with a hash of its content as version. */
export function assetUrl(basePath: string, name: StatusPageAssetName): string {
  const version = createHash('sha256')
    .update(statusPageAssets[name].body)
    .digest('hex')
    .slice(0, 12)
  return `${basePath}/${name}?version=${version}`
}
