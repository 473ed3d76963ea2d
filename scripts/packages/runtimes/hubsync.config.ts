import { defineConfig } from '@hubsync/cli'
import { companies, contacts, deals } from '@hubsync/core'

export default defineConfig({ store: 'sqlite:command.db', objects: [contacts, companies, deals] })
