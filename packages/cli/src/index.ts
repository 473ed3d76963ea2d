// The command is main.ts. This is what a hubsync.config.ts imports.

import './node-version.js'

export type { HubsyncConfig } from './define-config.js'
export { defineConfig } from './define-config.js'
