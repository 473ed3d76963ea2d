// For hubsync.config.ts. The command itself is main.ts.

import './node-version.js'

export type { HubsyncConfig } from './define-config.js'
export { defineConfig } from './define-config.js'
