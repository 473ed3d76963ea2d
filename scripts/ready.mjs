// Installs and builds where that is due.

import { spawnSync } from 'node:child_process'
import { isBuilt, root } from './built.mjs'

if (!isBuilt()) for (const script of ['setup', 'setup:build']) run(script)

function run(script) {
  const shell = process.platform === 'win32'
  const { status } = spawnSync('npm', ['run', '-s', script], { cwd: root, stdio: 'inherit', shell })
  if (status !== 0) process.exit(status ?? 1)
}
