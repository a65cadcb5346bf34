import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Request, RequestHandler, Response } from 'express'
import { AppError } from './errors.ts'

/** The built client, read once and served from memory in the encodings that its build left beside each file. */
type File = { type: string; etag: string; immutable: boolean; bodies: Partial<Record<Encoding, Buffer>> }
type Encoding = 'br' | 'gzip' | 'identity'

export const DIST = fileURLToPath(new URL('../../client/dist', import.meta.url))
const SUFFIX = { br: '.br', gzip: '.gz', identity: '' } as const
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}
const SHELL = '/index.html'
const FINGERPRINTED = '/assets/'

/** `published` holds the fingerprinted files of other builds too: a page of theirs may be open in a browser still. */
type Places = { dist?: string; published?: string | undefined }

export function serveClient({ dist = DIST, published }: Places = {}): RequestHandler {
  const files = existsSync(dist) ? readFiles(dist) : new Map<string, File>()
  return (req, res, next) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return next()
    const file = files.get(req.path) ?? (published && keep(files, req.path, findIn(published, req.path)))
    if (file && req.path !== SHELL) return send(req, res, file)
    if (req.path.startsWith(FINGERPRINTED) || !wantsPage(req)) return next()
    const shell = files.get(SHELL)
    if (shell) send(req, res, shell)
    else next(new AppError('UNAVAILABLE'))
  }
}

/** Read when it is first asked for: another build may have brought it after our start. */
function findIn(published: string, path: string): File | undefined {
  const [, name = ''] = /^\/assets\/([\w-][\w.-]*)$/.exec(path) ?? []
  if (!(extname(name) in TYPES) || !existsSync(join(published, name))) return undefined
  return { ...readOne(published, join(published, name)), immutable: true }
}

function keep(files: Map<string, File>, path: string, file: File | undefined): File | undefined {
  if (file) files.set(path, file)
  return file
}

/** A page of ours may be any path; what asks for data or a file is told the truth. The start page is for everybody. */
const wantsPage = (req: Request): boolean =>
  !/^\/(api|v1|internal|dev)(\/|$)/.test(req.path) &&
  (Boolean(req.headers.accept?.includes('text/html')) || (req.path === '/' && Boolean(req.accepts('html'))))

function send(req: Request, res: Response, file: File): void {
  const encoding = encodingFor(req, file)
  const body = file.bodies[encoding]
  res.set({
    'Content-Type': file.type,
    'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: file.etag,
    Vary: 'Accept-Encoding',
    ...(encoding !== 'identity' && { 'Content-Encoding': encoding }),
  })
  if (req.headers['if-none-match'] === file.etag) res.status(304).end()
  else res.status(200).send(body)
}

function encodingFor(req: Request, file: File): Encoding {
  const accepted = req.acceptsEncodings(['br', 'gzip', 'identity'])
  return accepted && accepted in file.bodies ? (accepted as Encoding) : 'identity'
}

function readFiles(dist: string): Map<string, File> {
  const paths = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  return new Map(paths.map((path) => [`/${relative(dist, path).split(sep).join('/')}`, readOne(dist, path)]))
}

function readOne(dist: string, path: string): File {
  const identity = readFileSync(path)
  const bodies: File['bodies'] = { identity }
  for (const encoding of ['br', 'gzip'] as const)
    if (existsSync(path + SUFFIX[encoding])) bodies[encoding] = readFileSync(path + SUFFIX[encoding])
  return {
    type: TYPES[extname(path)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(identity).digest('base64url').slice(0, 27)}"`,
    immutable: path.startsWith(join(dist, 'assets') + sep),
    bodies,
  }
}
