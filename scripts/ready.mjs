// Installs and builds if needed.

import { spawnSync } from 'node:child_process'
import { isBuilt, isInstalled, root } from './built.mjs'

if (!isInstalled()) run('setup')
if (!isBuilt()) run('setup:build')

function run(script) {
  const shell = process.platform === 'win32'
  const { status } = spawnSync('npm', ['run', '-s', script], { cwd: root, stdio: 'inherit', shell })
  if (status !== 0) process.exit(status ?? 1)
}
