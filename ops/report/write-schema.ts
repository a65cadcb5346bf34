import { writeFile } from 'node:fs/promises'
import { publishedSchema, SCHEMA_FILE } from './published-schema.ts'

/** `node ops/report/write-schema.ts`: the schema that others read, made anew from ours. */
await writeFile(SCHEMA_FILE, publishedSchema())
