import { readFileSync } from 'node:fs'
import { type RequestHandler, Router } from 'express'
import type { Env } from '@latchkey/shared/env'
import { openApiDocument } from './openapi.ts'

/** The API's document for machines everywhere, and its page for people outside prod. Nothing here comes from elsewhere. */
export function docsDoor(env: Pick<Env, 'ENV' | 'COOKIE_SECURE'>): Router {
  const door = Router({ caseSensitive: true, strict: true })
  const document = JSON.stringify(openApiDocument(env))
  door.get(['/api/openapi.json', '/openapi.json'], (_req, res) => void res.type('json').send(document))
  if (env.ENV !== 'prod') for (const [path, file] of PAGE) door.get(path, asset(file))
  return door
}

const PAGE = [
  ['/docs', 'docs.html'],
  ['/docs/docs.css', 'docs.css'],
  ['/docs/docs.js', 'docs.js'],
] as const

function asset(file: string): RequestHandler {
  const content = readFileSync(new URL(`./page/${file}`, import.meta.url), 'utf8')
  return (_req, res) => void res.type(file).set('Cache-Control', 'no-cache').send(content)
}
