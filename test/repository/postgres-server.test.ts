import { mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { copyBinaries } from '../postgres-server.js'

test("a copy of the server's libraries leads nowhere outside of the copy", () => {
  const folder = mkdtempSync(join(tmpdir(), 'hubsync-libraries-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [from, to] = [join(folder, 'native'), join(folder, 'copy')]
  mkdirSync(join(from, 'lib'), { recursive: true })
  writeFileSync(join(from, 'lib', 'libicuuc.so.60.2'), '')
  symlinkSync('libicuuc.so.60.2', join(from, 'lib', 'libicuuc.so.60'))

  copyBinaries(from, to)

  expect(readlinkSync(join(to, 'lib', 'libicuuc.so.60'))).toBe('libicuuc.so.60.2')
})
