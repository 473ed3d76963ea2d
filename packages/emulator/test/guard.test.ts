import { expect, test } from 'vitest'
import { refusalOf } from '../src/control/guard.js'

const headers = { host: '127.0.0.1:4010' }

test.each(['127.0.0.1', '127.3.2.1', '::1', '::ffff:127.0.0.1'])(
  'a caller at %s is on this machine',
  (address) => {
    expect(refusalOf({ address, headers }, 'loopback')).toBeUndefined()
  },
)

test.each(['192.168.1.7', '10.0.0.1', '::ffff:172.17.0.1', 'fe80::1', undefined])(
  'a caller at %s is not, and is told how to be let in',
  (address) => {
    expect(refusalOf({ address, headers }, 'loopback')).toMatch(/--control anyone/)
    expect(refusalOf({ address, headers }, 'anyone')).toBeUndefined()
  },
)
