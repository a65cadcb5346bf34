import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { type CommonPasswords, commonPasswordsOf } from '@latchkey/shared/common-passwords'
import { type Env, EnvError } from '@latchkey/shared/env'
import type { PasswordBook } from '@latchkey/shared/password'
import { loadPasswordBook } from '@latchkey/shared/password-book'

/** The bundled lists are read when the first password is judged, and kept. */
export type OpenedBook = () => Promise<PasswordBook>

const BUNDLED = join(import.meta.dirname, '../data/common-passwords.txt')

/** What the browser's book knows, a longer list, and the operator's own, which is read at once: it may be missing. */
export async function openPasswordBook(env: Pick<Env, 'COMMON_PASSWORDS_FILE'>): Promise<OpenedBook> {
  const path = env.COMMON_PASSWORDS_FILE
  const own = path === undefined ? [] : [await readOwn(path)]
  return async () => {
    const [book, bundled] = await Promise.all([loadPasswordBook(), (reading ??= readList(BUNDLED))])
    const lists = [bundled, ...own]
    const isCommon = (password: string) => book.isCommon(password) || lists.some((list) => list.has(password))
    return { ...book, isCommon }
  }
}

let reading: Promise<CommonPasswords> | undefined

async function readOwn(path: string): Promise<CommonPasswords> {
  const list = await readList(path).catch((error: NodeJS.ErrnoException) => {
    throw new EnvError([
      `COMMON_PASSWORDS_FILE: ${path} cannot be read (${error.code ?? error.message}). ${NEXT}`,
    ])
  })
  if (list.size === 0) throw new EnvError([`COMMON_PASSWORDS_FILE: ${path} holds no password. ${NEXT}`])
  return list
}

const NEXT = 'Give the path of a text file with one password a line, or take the setting away.'

async function readList(path: string): Promise<CommonPasswords> {
  await using file = await open(path)
  return await commonPasswordsOf(file.readLines())
}
