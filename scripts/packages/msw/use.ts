import { createPortal } from '@hubsync/emulator'
import { setupServer } from 'msw/node'
export const server = setupServer(...createPortal().handlers())
