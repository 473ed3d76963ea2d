import { type Asset, asset, versionOf } from '../pages/asset.js'
import { statusPageScript } from './status-page-script.js'
import { statusPageStyle } from './status-page-style.js'

/** The names of the files of the status page. The handler serves them below its base path. */
export type StatusPageAssetName = 'status-page.css' | 'status-page.js'

/** The style and the script of the status page, by file name. */
export const statusPageAssets: Readonly<Record<StatusPageAssetName, Asset>> = Object.freeze({
  'status-page.css': asset(statusPageStyle, 'text/css'),
  'status-page.js': asset(statusPageScript, 'text/javascript'),
})

/** The URL of an asset, with a hash of its content as version. */
export function assetUrl(basePath: string, name: StatusPageAssetName): string {
  return `${basePath}/${name}?version=${versionOf(statusPageAssets[name])}`
}
