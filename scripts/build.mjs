// Builds the packages. With --if-due only if their sources have changed since the last build.

import { spawnSync } from 'node:child_process'
import { isBuilt, noteBuild, root } from './built.mjs'

if (!process.argv.includes('--if-due') || !isBuilt())
  noteBuild(() => {
    const { status } = spawnSync('pnpm', ['-r', '--reporter=silent', 'run', 'build'], {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
    if (status !== 0) process.exit(status ?? 1)
  })
