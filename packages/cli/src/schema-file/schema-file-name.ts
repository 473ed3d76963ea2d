/** The name of the file that `pull` writes. It lies beside the configuration. */
export const schemaFile = 'hubsync.schema.ts'
