import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { Router } from 'express'
import type { Env } from '@latchkey/shared/env'
import { openApiDocument } from './openapi.ts'

/** The API's document for machines everywhere, and its page for people outside prod. Nothing here comes from elsewhere. */
export function docsDoor(env: Pick<Env, 'ENV' | 'COOKIE_SECURE'>): Router {
  const door = Router({ caseSensitive: true, strict: true })
  const document = JSON.stringify(openApiDocument(env))
  door.get(['/api/openapi.json', '/openapi.json'], (_req, res) => void res.type('json').send(document))
  if (env.ENV !== 'prod') door.use(pageDoor())
  return door
}

const PAGE = new URL('./page/', import.meta.url)

/** The page itself, and beside it what it is made of. */
function pageDoor(): Router {
  const door = Router({ caseSensitive: true, strict: true })
  for (const file of readdirSync(PAGE)) {
    const content = readFileSync(new URL(file, PAGE))
    door.get(file === 'docs.html' ? '/docs' : `/docs/${file}`, (_req, res) => {
      res.type(extname(file)).set('Cache-Control', 'no-cache').send(content)
    })
  }
  return door
}
